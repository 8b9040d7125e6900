import { asManyhandsError, type ManyhandsError } from "../errors.js";
import type { JournalId, SessionId } from "../ids.js";
import type { Clock } from "../ports/clock.js";
import type { AppendOptions, RoomStore, StoredBlock, StoredJournal } from "../ports/store.js";

/** What waits is offered in pieces of about so many bytes: a disk that goes on refusing costs one piece per append. */
const offerBytes = 1_048_576;
/**
 * What was refused is offered again so much later, twice as much each time: somebody made room, and nobody need write
 * for the disk to be tried. A minute at most, so that a disk that stays full costs next to nothing.
 */
const offerMs = 1_000;
const maxOfferMs = 60_000;

/**
 * A store that never loses a block it was given while this process lives: what the disk refuses waits in memory, can be
 * read like the rest, and is offered again with the next append, after a while, and at the end. What waits is bounded by the documents
 * alone, as in a room without a store.
 */
export class StoreGuard {
  readonly #store: RoomStore;
  readonly #onProblem: (problem: ManyhandsError | undefined) => void;
  /** Refused so far, by journal, in the order given; an entry is never empty. */
  readonly #backlog = new Map<JournalId, readonly StoredBlock[]>();
  /** Journals that could not be loaded: what is in memory of them is not all there is. */
  readonly #unread = new Set<JournalId>();
  readonly #clock: Clock;
  #offerMs = offerMs;
  #cancelOffer: (() => void) | undefined;
  #told = false;
  #closed = false;

  /** `onProblem` hears each failure, and `undefined` when all is well again. */
  constructor(store: RoomStore, clock: Clock, onProblem: (problem: ManyhandsError | undefined) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onProblem = onProblem;
  }

  /** Everything given so far rests on a disk, but for what is being written for the first time right now. */
  get isDurable(): boolean {
    return this.#store.durable && this.#backlog.size === 0;
  }

  /** True when the blocks, and all that waited before them, are stored. Never rejects. */
  async append(journal: JournalId, blocks: readonly StoredBlock[], options: AppendOptions): Promise<boolean> {
    try {
      if (this.#backlog.has(journal)) {
        this.#wait(journal, blocks);
        await this.#offerBacklog(journal);
      } else await this.#store.append(journal, blocks, options);
    } catch (cause) {
      this.#wait(journal, blocks);
      this.#tell(cause, "This device could not store the latest edits.");
    }
    this.#offerLater();
    this.#tellWhenWell();
    // Not `true` at once: an earlier append may have failed meanwhile.
    return !this.#backlog.has(journal);
  }

  async load(journal: JournalId): Promise<StoredJournal> {
    try {
      const { state, tail } = await this.#store.load(journal);
      this.#unread.delete(journal);
      this.#tellWhenWell();
      return { state, tail: withoutRepeats([...tail, ...this.#waiting(journal)]) };
    } catch (cause) {
      this.#unread.add(journal);
      this.#tell(cause, "This device could not read what it stored.");
      return { state: undefined, tail: this.#waiting(journal) };
    }
  }

  /** As `RoomStore.readChain`, of what is stored and what waits; nothing when the store fails. Never rejects. */
  async readChain(
    journal: JournalId,
    session: SessionId,
    fromSeq: number,
    maxBytes: number,
  ): Promise<readonly StoredBlock[]> {
    try {
      const stored = await this.#store.readChain(journal, session, fromSeq, maxBytes);
      if (stored.length > 0) return stored;
    } catch (cause) {
      this.#tell(cause, "This device could not read what it stored.");
    }
    return runFrom(this.#waiting(journal), session, fromSeq, maxBytes);
  }

  /**
   * True when the state was kept. False also while blocks wait, and after a failed `load`: a state made without what the
   * store holds would hide it. Never rejects.
   */
  async writeState(
    journal: JournalId,
    state: Uint8Array,
    covers: ReadonlyMap<SessionId, number>,
  ): Promise<boolean> {
    if (this.#backlog.has(journal) || this.#unread.has(journal)) return false;
    try {
      await this.#store.writeState(journal, state, covers);
      return true;
    } catch (cause) {
      this.#tell(cause, "This device could not store the document's state.");
      return false;
    }
  }

  /** Offers a last time what waits. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelOffer?.();
    await this.#offerAll();
    try {
      await this.#store.close();
    } catch (cause) {
      this.#tell(cause, "This device could not close its storage.");
    }
  }

  #waiting(journal: JournalId): readonly StoredBlock[] {
    return this.#backlog.get(journal) ?? [];
  }

  #wait(journal: JournalId, blocks: readonly StoredBlock[]): void {
    const waiting = withoutRepeats([...this.#waiting(journal), ...blocks]);
    if (waiting.length > 0) this.#backlog.set(journal, waiting);
  }

  async #offerAll(): Promise<void> {
    for (const journal of [...this.#backlog.keys()]) await this.append(journal, [], { durability: "strict" });
  }

  #offerLater(): void {
    if (this.#backlog.size === 0) this.#offerMs = offerMs;
    else if (!this.#cancelOffer && !this.#closed) {
      this.#cancelOffer = this.#clock.setTimer(() => {
        this.#cancelOffer = undefined;
        void this.#offerAll();
      }, this.#offerMs);
      this.#offerMs = Math.min(2 * this.#offerMs, maxOfferMs);
    }
  }

  /** What waits may hold own blocks: always durably. It stays readable until the store has it. */
  async #offerBacklog(journal: JournalId): Promise<void> {
    for (let piece = this.#nextPiece(journal); piece.length > 0; piece = this.#nextPiece(journal)) {
      await this.#store.append(journal, piece, { durability: "strict" });
      const stored = new Set(piece);
      const left = this.#waiting(journal).filter((block) => !stored.has(block));
      if (left.length > 0) this.#backlog.set(journal, left);
      else this.#backlog.delete(journal);
    }
  }

  #nextPiece(journal: JournalId): readonly StoredBlock[] {
    return takeBytes(this.#waiting(journal), offerBytes);
  }

  #tell(cause: unknown, message: string): void {
    this.#told = true;
    this.#onProblem(asManyhandsError(cause, "storage-failed", message));
  }

  #tellWhenWell(): void {
    if (!this.#told || this.#backlog.size > 0 || this.#unread.size > 0) return;
    this.#told = false;
    this.#onProblem(undefined);
  }
}

const withoutRepeats = (blocks: readonly StoredBlock[]): readonly StoredBlock[] => [
  ...new Map(blocks.map((block) => [`${block.session}/${block.seq}`, block])).values(),
];

/** As many of the first as fit, at least one if there is one. */
const takeBytes = (blocks: readonly StoredBlock[], maxBytes: number): readonly StoredBlock[] => {
  let total = 0;
  const end = blocks.findIndex((block, at) => {
    total += block.bytes.length;
    return total > maxBytes && at > 0;
  });
  return end < 0 ? blocks : blocks.slice(0, end);
};

/** The blocks of one chain from `fromSeq` on, up to the first gap. */
const runFrom = (
  blocks: readonly StoredBlock[],
  session: SessionId,
  fromSeq: number,
  maxBytes: number,
): readonly StoredBlock[] => {
  const chain = new Map(
    blocks.filter((block) => block.session === session).map((block) => [block.seq, block]),
  );
  const run: StoredBlock[] = [];
  for (let next = chain.get(fromSeq); next; next = chain.get(next.seq + 1)) run.push(next);
  return takeBytes(run, maxBytes);
};
