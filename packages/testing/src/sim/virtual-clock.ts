import type { Clock } from "@manyhands/core";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/**
 * A clock that moves only when it is told to. Timers of one moment fire in the order in which they were set, and between
 * any two of them every promise that can settle does, so that a run depends on nothing but its inputs.
 */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  /** A binary heap: the timer that is due first is at 0. */
  readonly #heap: Timer[] = [];
  readonly #cancelled = new Set<Timer>();

  /** `startMs`: what `now()` says at first, ms since 1970. */
  constructor(startMs = 1_700_000_000_000) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  setTimer(fire: () => void, delayMs: number): () => void {
    const timer = { at: this.#now + Math.max(0, Math.ceil(delayMs)), order: this.#order++, fire };
    this.#push(timer);
    return () => this.#cancelled.add(timer);
  }

  /** Milliseconds until the next timer; undefined when none is set. */
  get untilNext(): number | undefined {
    this.#dropCancelled();
    const next = this.#heap[0];
    return next && next.at - this.#now;
  }

  /** Moves on by `ms`, firing what falls due, each after all promises before it have settled. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settlePromises();
    for (;;) {
      const wait = this.untilNext;
      if (wait === undefined || this.#now + wait > end) break;
      await this.step();
    }
    this.#now = end;
  }

  /** Moves to the next timer and fires it; false when there is none. */
  async step(): Promise<boolean> {
    this.#dropCancelled();
    const timer = this.#pop();
    if (!timer) return false;
    this.#now = Math.max(this.#now, timer.at);
    timer.fire();
    await settlePromises();
    return true;
  }

  #dropCancelled(): void {
    for (let first = this.#heap[0]; first && this.#cancelled.delete(first); first = this.#heap[0])
      this.#pop();
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent])) break;
      swap(heap, at, parent);
      at = parent;
    }
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!isBefore(heap[child], heap[at])) return first;
      swap(heap, at, child);
      at = child;
    }
  }
}

const isBefore = (a: Timer | undefined, b: Timer | undefined): boolean => {
  if (!a || !b) return a !== undefined;
  return a.at < b.at || (a.at === b.at && a.order < b.order);
};

const swap = (heap: Timer[], a: number, b: number): void => {
  const [first, second] = [heap[a], heap[b]];
  if (!first || !second) return;
  heap[a] = second;
  heap[b] = first;
};

/** Lets every promise settle that can without a timer. */
export const settlePromises = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
