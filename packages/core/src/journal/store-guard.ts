import { asManyhandsError, type ManyhandsError } from "../errors.js";
import type { JournalId, SessionId } from "../ids.js";
import type { AppendOptions, RoomStore, StoredBlock, StoredJournal } from "../ports/store.js";

/**
 * A store that never loses a block it was given while this process lives: what the disk refuses waits in memory, can be
 * read like the rest, and is offered again with the next append.
 */
export class StoreGuard {
  readonly #store: RoomStore;
  readonly #onProblem: (problem: ManyhandsError | undefined) => void;
  readonly #backlog = new Map<JournalId, StoredBlock[]>();

  /** `onProblem` hears each failure, and `undefined` when everything is stored again. */
  constructor(store: RoomStore, onProblem: (problem: ManyhandsError | undefined) => void) {
    this.#store = store;
    this.#onProblem = onProblem;
  }

  /** Everything given so far rests on a disk. */
  get isDurable(): boolean {
    return this.#store.durable && this.#backlog.size === 0;
  }

  /** True when the blocks, and all that waited before them, are stored. Never rejects. */
  async append(journal: JournalId, blocks: readonly StoredBlock[], options: AppendOptions): Promise<boolean> {
    const waited = this.#backlog.get(journal) ?? [];
    const offered = [...waited, ...blocks];
    this.#backlog.delete(journal);
    try {
      await this.#store.append(journal, offered, options);
      if (waited.length > 0 && this.#backlog.size === 0) this.#onProblem(undefined);
      return true;
    } catch (cause) {
      this.#backlog.set(journal, [...offered, ...(this.#backlog.get(journal) ?? [])]);
      this.#onProblem(
        asManyhandsError(cause, "storage-failed", "This device could not store the latest edits."),
      );
      return false;
    }
  }

  async load(journal: JournalId): Promise<StoredJournal> {
    return await this.#orElse(() => this.#store.load(journal), { state: undefined, tail: [] });
  }

  async readChain(
    journal: JournalId,
    session: SessionId,
    fromSeq: number,
    maxBytes: number,
  ): Promise<readonly StoredBlock[]> {
    const stored = await this.#orElse(() => this.#store.readChain(journal, session, fromSeq, maxBytes), []);
    if (stored.length > 0) return stored;
    const waiting = (this.#backlog.get(journal) ?? [])
      .filter((block) => block.session === session && block.seq >= fromSeq)
      .sort((a, b) => a.seq - b.seq);
    return waiting[0]?.seq === fromSeq ? waiting : [];
  }

  /** True when the state was kept. Never rejects. */
  async writeState(
    journal: JournalId,
    state: Uint8Array,
    covers: ReadonlyMap<SessionId, number>,
  ): Promise<boolean> {
    if (this.#backlog.has(journal)) return false;
    return await this.#orElse(async () => {
      await this.#store.writeState(journal, state, covers);
      return true;
    }, false);
  }

  async close(): Promise<void> {
    await this.#orElse(() => this.#store.close(), undefined);
  }

  async #orElse<Value>(read: () => Promise<Value>, otherwise: Value): Promise<Value> {
    try {
      return await read();
    } catch (cause) {
      this.#onProblem(
        asManyhandsError(cause, "storage-failed", "This device could not read what it stored."),
      );
      return otherwise;
    }
  }
}
