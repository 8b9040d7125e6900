import { type Clock, type Lane, lanes } from "@manyhands/core";
import { limits } from "./limits.js";
import type { PerLane } from "./send-window.js";

/** Counts what was taken of a link's frames and says so, seldom enough that a keystroke does not cost two messages. */
export class ReceiveWindow {
  readonly #clock: Clock;
  readonly #acknowledge: (taken: PerLane) => void;
  readonly #taken: PerLane = { now: 0, live: 0, bulk: 0 };
  #said: PerLane = { now: 0, live: 0, bulk: 0 };
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, acknowledge: (taken: PerLane) => void) {
    this.#clock = clock;
    this.#acknowledge = acknowledge;
  }

  /** A frame was handed over. */
  take(lane: Lane, frame: Uint8Array): void {
    this.#taken[lane] += frame.length;
    if (lanes.some((one) => this.#taken[one] - this.#said[one] >= limits.ackBytes)) this.#say();
    else this.#cancelTimer ??= this.#clock.setTimer(() => this.#say(), limits.ackMs);
  }

  close(): void {
    this.#cancelTimer?.();
  }

  #say(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#said = { ...this.#taken };
    this.#acknowledge(this.#said);
  }
}
