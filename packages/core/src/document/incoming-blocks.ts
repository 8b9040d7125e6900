import type { PeerId } from "../ids.js";
import { limits } from "../limits.js";

/** Blocks of one neighbour that are read in one go. */
export interface IncomingBatch {
  readonly from: PeerId;
  readonly blocks: readonly Uint8Array[];
  /** To be called once, with how many of them were new. */
  readonly done: (accepted: number) => void;
}

/** Read at a time: one signature serves a run, and the page stays alive between two. */
const batchBytes = 1_048_576;

interface Waiting {
  readonly from: PeerId;
  readonly blocks: readonly Uint8Array[];
  readonly bytes: number;
  readonly done: (accepted: number) => void;
}

/** Blocks that came and are not read yet, in their order, within a bound; remembers who sent which. */
export class IncomingBlocks {
  #queue: Waiting[] = [];
  #bytes = 0;
  readonly #senders = new WeakMap<Uint8Array, PeerId>();

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** Resolves when they have been read; undefined when there is no room for them. */
  put(blocks: readonly Uint8Array[], from: PeerId): Promise<number> | undefined {
    const bytes = blocks.reduce((sum, block) => sum + block.length, 0);
    if (this.#bytes + bytes > limits.maxIncomingBytes) return undefined;
    for (const block of blocks) this.#senders.set(block, from);
    this.#bytes += bytes;
    return new Promise((done) => this.#queue.push({ from, blocks, bytes, done }));
  }

  /** The oldest, with what the same neighbour sent next. */
  take(): IncomingBatch | undefined {
    const first = this.#queue[0];
    if (!first) return undefined;
    let count = 0;
    let bytes = 0;
    for (const { from, bytes: more } of this.#queue) {
      if (from !== first.from || (count > 0 && bytes + more > batchBytes)) break;
      count++;
      bytes += more;
    }
    const taken = this.#queue.splice(0, count);
    this.#bytes -= bytes;
    return {
      from: first.from,
      blocks: taken.flatMap(({ blocks }) => blocks),
      done: (accepted) => {
        for (const { done } of taken) done(accepted);
      },
    };
  }

  /** Who sent these very bytes; undefined when nobody did. */
  senderOf(block: Uint8Array): PeerId | undefined {
    return this.#senders.get(block);
  }

  close(): void {
    for (const { done } of this.#queue.splice(0)) done(0);
    this.#bytes = 0;
  }
}
