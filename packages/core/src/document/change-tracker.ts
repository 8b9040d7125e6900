import type * as Y from "yjs";
import { limits } from "../limits.js";
import type { Clock } from "../ports/clock.js";
import { type Deletions, mergeDeletions } from "./yjs.js";

/** What changed in a document since it was last taken. */
export interface Changes {
  readonly from: ReadonlyMap<number, number>;
  readonly deletions: Deletions;
  readonly transactions: number;
  /** When the first of them was made, ms since 1970. */
  readonly since: number;
}

/**
 * Gathers every change that did not come through the room, whoever made it, and says when it is time to write: at once
 * for the first of a burst, then once per `limits.coalesceMs`.
 */
export class ChangeTracker {
  readonly #doc: Y.Doc;
  readonly #clock: Clock;
  readonly #isOurs: (origin: unknown) => boolean;
  readonly #onDue: () => void;
  readonly #onFirst: () => void;
  readonly #onAfterTransaction = (transaction: Y.Transaction): void => this.#note(transaction);
  #from = new Map<number, number>();
  #deletions: Deletions[] = [];
  #transactions = 0;
  #since = 0;
  #cancelTimer: (() => void) | undefined;
  /** Within a burst: changes wait for the timer. */
  #gathering = false;

  /** `onFirst` is called at the first change after a `take`, `onDue` when it is time to take. */
  constructor(
    doc: Y.Doc,
    clock: Clock,
    isOurs: (origin: unknown) => boolean,
    onFirst: () => void,
    onDue: () => void,
  ) {
    this.#doc = doc;
    this.#clock = clock;
    this.#isOurs = isOurs;
    this.#onFirst = onFirst;
    this.#onDue = onDue;
    doc.on("afterTransaction", this.#onAfterTransaction);
  }

  get hasChanges(): boolean {
    return this.#transactions > 0;
  }

  get changedSince(): number | undefined {
    return this.#transactions > 0 ? this.#since : undefined;
  }

  /** Transactions that changed something since they were last taken. */
  get count(): number {
    return this.#transactions;
  }

  /** Hands the changes over and begins anew. */
  take(): Changes {
    const changes = {
      from: this.#from,
      deletions: mergeDeletions(this.#deletions),
      transactions: this.#transactions,
      since: this.#since,
    };
    this.#from = new Map();
    this.#deletions = [];
    this.#transactions = 0;
    return changes;
  }

  /** Takes back what `take` gave, unwritten. Before anything else happened. */
  putBack({ from, deletions, transactions, since }: Changes): void {
    this.#from = new Map(from);
    this.#deletions = [deletions];
    this.#transactions = transactions;
    this.#since = since;
  }

  close(): void {
    this.#doc.off("afterTransaction", this.#onAfterTransaction);
    this.#cancelTimer?.();
  }

  #note(transaction: Y.Transaction): void {
    if (this.#isOurs(transaction.origin)) return;
    let changed = false;
    for (const [client, clock] of transaction.afterState) {
      const before = transaction.beforeState.get(client) ?? 0;
      if (clock <= before) continue;
      this.#from.set(client, Math.min(before, this.#from.get(client) ?? before));
      changed = true;
    }
    if (transaction.deleteSet.clients.size > 0) {
      this.#deletions.push(transaction.deleteSet);
      changed = true;
    }
    if (!changed) return;
    if (this.#transactions === 0) this.#since = this.#clock.now();
    this.#transactions++;
    if (this.#transactions === 1) this.#onFirst();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#cancelTimer = this.#clock.setTimer(() => {
      this.#gathering = false;
      if (this.hasChanges) this.#schedule();
    }, limits.coalesceMs);
    // Not now: more transactions of the same turn belong to the same block.
    void Promise.resolve().then(this.#onDue);
  }
}
