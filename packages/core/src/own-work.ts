import type { JournalId, SessionId } from "./ids.js";

/** One chain, up to a block. */
export interface ChainPart {
  readonly journal: JournalId;
  readonly session: SessionId;
  readonly seq: number;
}

/** Own blocks that were written within so long count as one: nobody asks to the millisecond since when they are alone. */
const pieceMs = 1_000;
/** An hour of writing on and on while offline is 3,600 pieces; beyond, the newest piece grows. */
const maxPieces = 4_096;

/** Own blocks of which nobody has said yet that it holds them, and when their edits were made. */
export class OwnWork {
  #pieces: { part: ChainPart; readonly since: number }[] = [];

  /** Own blocks up to `part` were written, with edits from `since` on. */
  note(part: ChainPart, since: number): void {
    const last = this.#pieces.at(-1);
    const continues = last?.part.journal === part.journal && last.part.session === part.session;
    const isFull = this.#pieces.length >= maxPieces;
    if (last && continues && (isFull || since - last.since < pieceMs)) last.part = part;
    else this.#pieces.push({ part, since });
  }

  /** When the oldest edit was made that is nowhere else; forgets those that are. */
  onlyHereSince(isElsewhere: (part: ChainPart) => boolean): number | undefined {
    this.#pieces = this.#pieces.filter(({ part }) => !isElsewhere(part));
    return this.#pieces.length > 0 ? Math.min(...this.#pieces.map(({ since }) => since)) : undefined;
  }
}
