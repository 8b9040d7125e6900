import type { JournalId, PeerId, SessionId } from "../ids.js";
import type { Frontier } from "../journal/frontier.js";
import type { Journal } from "../journal/journal.js";
import { limits } from "../limits.js";
import type { StoredBlock } from "../ports/store.js";
import type { HeldChains } from "./held-chains.js";
import type { Neighbour } from "./neighbour.js";

/** A document, as the mesh sees it. */
export interface Replica {
  readonly journal: Journal;
  /** All it holds is on a disk. */
  isDurable(): boolean;
  /** Something waits for blocks that nobody has sent yet. */
  isIncomplete(): boolean;
  /** Resolves, when the blocks have been read, with how many were new. Never rejects. */
  receive(blocks: readonly Uint8Array[], from: PeerId): Promise<number>;
  readChain(session: SessionId, fromSeq: number, maxBytes: number): Promise<readonly StoredBlock[]>;
}

/** Blocks read and sent at a time when a neighbour catches up; several chains take turns. */
const streamBytes = 128 * 1024;

/** Sends a neighbour everything it lacks of one journal, from the store, as fast as the link takes it. */
export class ChainStream {
  readonly #neighbour: Neighbour;
  readonly #replica: Replica;
  readonly #held: HeldChains;
  readonly #onProgress: () => void;
  #running = false;
  #again = false;
  #closed = false;

  constructor(neighbour: Neighbour, replica: Replica, held: HeldChains, onProgress: () => void) {
    this.#neighbour = neighbour;
    this.#replica = replica;
    this.#held = held;
    this.#onProgress = onProgress;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  /** Sends what they lack of what is held now, then `end`; of one that runs already, goes over it once more. */
  async run(): Promise<void> {
    this.#again = true;
    if (this.#running) return;
    this.#running = true;
    while (this.#again && !this.#closed) {
      this.#again = false;
      const goal = headSeqs(this.#replica.journal.frontier());
      while (await this.#sendRound(goal)) this.#onProgress();
    }
    this.#running = false;
    if (this.#closed) return;
    this.#neighbour.send("bulk", { type: "end", journal: this.#id });
    this.#onProgress();
  }

  close(): void {
    this.#closed = true;
  }

  get #id(): JournalId {
    return this.#replica.journal.id;
  }

  /** One turn for each chain they lack something of; false when there was nothing to send. */
  async #sendRound(goal: ReadonlyMap<SessionId, number>): Promise<boolean> {
    let sentAny = false;
    for (const [session, seq] of goal) {
      const next = this.#held.firstMissing(session);
      if (next > seq) continue;
      const blocks = await this.#replica.readChain(session, next, streamBytes);
      await this.#neighbour.roomFor("bulk");
      if (this.#closed) return false;
      const last = blocks.at(-1);
      // Not stored yet, or another way brought it to them meanwhile: a later round or a retry looks again.
      if (!last || this.#held.firstMissing(session) !== next) continue;
      for (const group of groupBlocks(blocks))
        this.#neighbour.send("bulk", { type: "blocks", journal: this.#id, blocks: group });
      this.#held.noteStreamed(session, last.seq);
      sentAny = true;
    }
    return sentAny;
  }
}

/** The newest block of each chain. */
export const headSeqs = (frontier: Frontier): Map<SessionId, number> =>
  new Map([...frontier].map(([session, head]) => [session, head.seq]));

/** Messages of blocks that stay below the limit of a message. */
const groupBlocks = (blocks: readonly StoredBlock[]): Uint8Array[][] => {
  const groups: Uint8Array[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const block of blocks) {
    if (bytes + block.bytes.length > limits.maxBlockBytes) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(block.bytes);
    bytes += block.bytes.length + 4;
  }
  return groups;
};
