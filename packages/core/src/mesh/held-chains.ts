import type { SessionId } from "../ids.js";

type Seqs = Map<SessionId, number>;

const raise = (seqs: Seqs, session: SessionId, seq: number): void => {
  if (seq > (seqs.get(session) ?? -1)) seqs.set(session, seq);
};

/** What one neighbour has of a journal: what it said or showed, and what is on its way to it. */
export class HeldChains {
  /** They hold the chain up to here. */
  #held: Seqs = new Map();
  /** The newest block given to the link; with edits written while older ones stream, there may be a gap below. */
  #sent: Seqs = new Map();
  /** Given to the link without a gap above `#held`. */
  #streamed: Seqs = new Map();

  /** They said what they hold: what was sent and is not in it may be lost. */
  replace(heads: ReadonlyMap<SessionId, number>): void {
    this.#held = new Map(heads);
    this.#sent = new Map();
    this.#streamed = new Map();
  }

  noteHeld(session: SessionId, seq: number): void {
    raise(this.#held, session, seq);
  }

  noteSent(session: SessionId, seq: number): void {
    raise(this.#sent, session, seq);
  }

  noteStreamed(session: SessionId, seq: number): void {
    raise(this.#streamed, session, seq);
    this.noteSent(session, seq);
  }

  /** They have that block, or will have it once the lanes have drained. */
  has(session: SessionId, seq: number): boolean {
    return seq <= Math.max(this.#held.get(session) ?? -1, this.#sent.get(session) ?? -1);
  }

  /** The first block of the chain that they lack and no stream has brought yet. */
  firstMissing(session: SessionId): number {
    return Math.max(this.#held.get(session) ?? -1, this.#streamed.get(session) ?? -1) + 1;
  }
}
