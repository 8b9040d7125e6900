import type { Lane } from "@manyhands/core";
import type { SimNetwork } from "@manyhands/testing";
import { FrameJoiner } from "../src/mesh/frames.js";
import { decodeMessage, type Message } from "../src/mesh/messages.js";

/** A message that reached its receiver. */
export interface LoggedMessage {
  readonly from: string;
  readonly to: string;
  readonly lane: Lane;
  readonly bytes: number;
  readonly message: Message;
}

/** Reads along with a simulated network. */
export class FrameLog {
  readonly #joiners = new Map<string, FrameJoiner>();
  #messages: LoggedMessage[] = [];
  #bytes = 0;

  constructor(network: SimNetwork) {
    network.watch(({ from, to, lane, frame }) => {
      this.#bytes += frame.length;
      const key = `${from}>${to}/${lane}`;
      const joiner = this.#joiners.get(key) ?? new FrameJoiner();
      this.#joiners.set(key, joiner);
      const whole = joiner.take(frame);
      const message = whole && whole !== "malformed" ? decodeMessage(whole) : undefined;
      if (whole && message) this.#messages.push({ from, to, lane, bytes: whole.length, message });
    });
  }

  /** Forgets what was logged so far. */
  clear(): void {
    this.#messages = [];
    this.#bytes = 0;
  }

  /** Bytes of all frames. */
  get bytes(): number {
    return this.#bytes;
  }

  of(type: Message["type"]): LoggedMessage[] {
    return this.#messages.filter(({ message }) => message.type === type);
  }

  /** How often each type was heard. */
  get counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { message } of this.#messages) counts[message.type] = (counts[message.type] ?? 0) + 1;
    return counts;
  }
}
