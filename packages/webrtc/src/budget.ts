import type { Clock } from "@manyhands/core";

/** Allows `burst` takes at once and one more per `refillMs`. */
export class Budget {
  readonly #burst: number;
  readonly #refillMs: number;
  readonly #clock: Clock;
  #left: number;
  #countedAt: number;

  constructor(burst: number, refillMs: number, clock: Clock) {
    this.#burst = burst;
    this.#refillMs = refillMs;
    this.#clock = clock;
    this.#left = burst;
    this.#countedAt = clock.now();
  }

  /** Milliseconds until `take` may succeed; 0 when it may now. */
  waitMs(): number {
    // A clock set backwards refills nothing; the next call counts from the new time.
    const now = this.#clock.now();
    const refill = Math.max(0, now - this.#countedAt) / this.#refillMs;
    this.#left = Math.min(this.#burst, this.#left + refill);
    this.#countedAt = now;
    return this.#left >= 1 ? 0 : Math.ceil((1 - this.#left) * this.#refillMs);
  }

  take(): void {
    this.#left = Math.max(0, this.#left - 1);
  }

  /** Gives all back: what the budget guards against did not happen. */
  refill(): void {
    this.#left = this.#burst;
  }
}
