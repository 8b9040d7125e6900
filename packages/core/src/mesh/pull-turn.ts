/** Whoever can take part in turns. */
export interface Puller {
  /** There is something to fetch from its neighbour. */
  readonly wantsPull: boolean;
  /** The turn came to it; it holds it until it releases it. */
  pull(): void;
}

/**
 * Lets one neighbour at a time send what this replica missed: a newcomer among eight would else get the whole history
 * seven times.
 */
export class PullTurn {
  readonly #all = new Set<Puller>();
  #holder: Puller | undefined;

  add(puller: Puller): void {
    this.#all.add(puller);
  }

  remove(puller: Puller): void {
    this.#all.delete(puller);
    this.release(puller);
  }

  /** True when the turn is, or was, the puller's. */
  take(puller: Puller): boolean {
    this.#holder ??= puller;
    return this.#holder === puller;
  }

  isHeldBy(puller: Puller): boolean {
    return this.#holder === puller;
  }

  /** Gives the turn to the next that wants it. */
  release(puller: Puller): void {
    if (this.#holder !== puller) return;
    this.#holder = undefined;
    for (const next of this.#all) {
      if (next === puller || !next.wantsPull) continue;
      this.#holder = next;
      next.pull();
      return;
    }
  }
}
