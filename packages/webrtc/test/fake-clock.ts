import type { Clock } from "@manyhands/core";

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Time that passes only in `advance`. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  readonly #timers: Set<Timer> = new Set();

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  setTimer(fire: () => void, delayMs: number): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), fire };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Fires what is due within `ms`, in order; promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = next.at;
      next.fire();
      await settle();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (!first || timer.at < first.at)) first = timer;
    }
    return first;
  }
}

const settle = (): Promise<void> => new Promise((done) => setImmediate(done));
