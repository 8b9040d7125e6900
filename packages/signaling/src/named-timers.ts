import type { Clock } from "@manyhands/core";

/** A few timers with names; setting one again replaces it. */
export class NamedTimers<Name extends string> {
  readonly #clock: Clock;
  readonly #cancels = new Map<Name, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(name: Name, fire: () => void, delayMs: number): void {
    this.cancel(name);
    const cancel = this.#clock.setTimer(() => {
      this.#cancels.delete(name);
      fire();
    }, delayMs);
    this.#cancels.set(name, cancel);
  }

  cancel(...names: readonly Name[]): void {
    for (const name of names) {
      this.#cancels.get(name)?.();
      this.#cancels.delete(name);
    }
  }

  cancelAll(): void {
    this.cancel(...this.#cancels.keys());
  }
}
