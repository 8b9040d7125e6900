/** Remembers the newest `max` values. */
export class BoundedSet<Value> {
  readonly #max: number;
  readonly #values: Set<Value> = new Set();

  constructor(max: number) {
    this.#max = max;
  }

  has(value: Value): boolean {
    return this.#values.has(value);
  }

  add(value: Value): void {
    this.#values.delete(value);
    this.#values.add(value);
    if (this.#values.size <= this.#max) return;
    for (const oldest of this.#values) {
      this.#values.delete(oldest);
      break;
    }
  }
}
