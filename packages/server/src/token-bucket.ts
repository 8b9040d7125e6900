import type { Clock } from "@manyhands/core";

/** A rate with a burst: `capacity` tokens at first, `perSecond` new ones, never more than `capacity`. */
export class TokenBucket {
  readonly #capacity: number;
  readonly #perSecond: number;
  readonly #clock: Clock;
  #tokens: number;
  #filledAt: number;

  constructor(capacity: number, perSecond: number, clock: Clock) {
    this.#capacity = capacity;
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#tokens = capacity;
    this.#filledAt = clock.now();
  }

  /** Takes `count` tokens if there are as many; false, and none taken, if not. */
  take(count: number): boolean {
    const now = this.#clock.now();
    // The clock may have been set back: then nothing is added, and counting goes on from there.
    const elapsedMs = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(this.#capacity, this.#tokens + (elapsedMs * this.#perSecond) / 1_000);
    this.#filledAt = now;
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }
}
