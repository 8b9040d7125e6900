import type { Lane, Link } from "@manyhands/core";
import { cutFrames, FrameJoiner } from "../../core/src/mesh/frames.js";
import { Handshake, type HandshakeOptions } from "../../core/src/mesh/handshake.js";
import { decodeMessage, encodeMessage, type Message } from "../../core/src/mesh/messages.js";

export interface HostileLinkEvents {
  onMessage(message: Message): void;
  onClose(): void;
}

/** One link of a hostile member: proves itself as everybody does, stays alive, and sends whatever it is told to. */
export class HostileLink {
  readonly link: Link;
  readonly #handshake: Handshake;
  readonly #events: HostileLinkEvents;
  readonly #joiners: Record<Lane, FrameJoiner> = {
    now: new FrameJoiner(),
    live: new FrameJoiner(),
    bulk: new FrameJoiner(),
  };
  #read: Promise<void> = Promise.resolve();
  #isProved = false;

  constructor(
    link: Link,
    identity: Omit<HandshakeOptions, "expected" | "initiator" | "binding">,
    events: HostileLinkEvents,
  ) {
    const { peer: expected, initiator, binding } = link;
    this.link = link;
    this.#events = events;
    this.#handshake = new Handshake({ ...identity, expected, initiator, binding });
    link.start({
      onFrame: (lane, frame) => this.#onFrame(lane, frame),
      onDrain: () => undefined,
      onClose: () => events.onClose(),
    });
    this.#say(this.#handshake.start(), "live");
  }

  get isProved(): boolean {
    return this.#isProved;
  }

  tell(message: Message, lane: Lane = "live"): void {
    this.#say(encodeMessage(message), lane);
  }

  #say(bytes: Uint8Array, lane: Lane): void {
    for (const frame of cutFrames(bytes)) this.link.send(lane, frame);
  }

  #onFrame(lane: Lane, frame: Uint8Array): void {
    const bytes = this.#joiners[lane].take(frame);
    if (bytes && bytes !== "malformed") this.#read = this.#read.then(() => this.#take(bytes));
  }

  async #take(bytes: Uint8Array): Promise<void> {
    if (this.#isProved) {
      const message = decodeMessage(bytes);
      if (message?.type === "ping") this.tell({ type: "pong" });
      else if (message) this.#events.onMessage(message);
      return;
    }
    const step = await this.#handshake.receive(bytes);
    if (step.kind === "send") this.#say(step.message, "live");
    else this.#isProved = step.kind === "done";
  }
}
