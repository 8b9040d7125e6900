import type { JournalId, SessionId } from "../ids.js";
import { limits } from "../limits.js";
import type { Clock } from "../ports/clock.js";

/** Gathers what is to be confirmed to one neighbour, so that one receipt serves a burst. */
export class ReceiptSender {
  readonly #clock: Clock;
  readonly #send: (journal: JournalId, stored: ReadonlyMap<SessionId, number>) => void;
  #gathered = new Map<JournalId, Map<SessionId, number>>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, send: (journal: JournalId, stored: ReadonlyMap<SessionId, number>) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  add(journal: JournalId, session: SessionId, seq: number): void {
    const stored = this.#gathered.get(journal) ?? new Map<SessionId, number>();
    this.#gathered.set(journal, stored);
    stored.set(session, Math.max(seq, stored.get(session) ?? 0));
    this.#cancel ??= this.#clock.setTimer(() => this.#flush(), limits.receiptMs);
  }

  close(): void {
    this.#cancel?.();
    this.#gathered.clear();
  }

  #flush(): void {
    this.#cancel = undefined;
    const gathered = this.#gathered;
    this.#gathered = new Map();
    for (const [journal, stored] of gathered) this.#send(journal, stored);
  }
}
