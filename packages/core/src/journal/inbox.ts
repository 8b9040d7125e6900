import { idBytes } from "../ids.js";
import { sameBytes } from "../wire/codec.js";
import { type ParsedBlock, zeroId } from "./block.js";
import type { BlockBody } from "./block-body.js";
import type { Head } from "./frontier.js";
import type { KnownSession } from "./session.js";

/** A verified block that may have to wait for its dependencies. */
export interface ReadyBlock {
  readonly block: ParsedBlock;
  readonly body: BlockBody;
}

/** What all inboxes of a journal hold together. */
export interface Tally {
  bytes: number;
}

/** What a waiting block counts beyond its bytes: views and ids of a small one take more memory than the block itself. */
const overheadBytes = 1024;
const costOf = (block: ParsedBlock): number => block.bytes.length + overheadBytes;

/** What came of one session's chain and is not accepted yet. */
export class Inbox {
  /** Who speaks: once a signature has shown it. */
  known: KnownSession | undefined;
  readonly #tally: Tally;
  /** Not verified, or not reached by the chain yet, by seq. */
  readonly #waiting = new Map<number, ParsedBlock>();
  /** Verified, in order, waiting for dependencies. */
  readonly #ready: ReadyBlock[] = [];
  #frozen = false;
  #bytes = 0;

  constructor(tally: Tally, known: KnownSession | undefined) {
    this.#tally = tally;
    this.known = known;
  }

  /** What is kept here, as `Tally` counts it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Nothing is kept here. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#ready.length === 0 && !this.#frozen;
  }

  /** The verified block whose turn is next. */
  get next(): ReadyBlock | undefined {
    return this.#ready[0];
  }

  take(block: ParsedBlock, head: Head | undefined): "taken" | "known" | "unreadable" {
    if (this.#frozen) return "unreadable";
    const there = this.#waiting.get(block.seq);
    // The id does not cover the signature: a copy that lost it must not keep out the one that has it.
    const same = there?.id === block.id && (there.signature !== undefined || !block.signature);
    if (same || block.seq < this.#nextSeq(head)) return "known";
    if (there) this.drop(there);
    this.#waiting.set(block.seq, block);
    this.#count(costOf(block));
    return "taken";
  }

  /**
   * The blocks at hand that continue the chain without a gap. Between two that nobody vouched for nothing tells which is
   * wrong: there the run ends until a better copy of either comes. One that contradicts a verified block goes.
   */
  run(head: Head | undefined): readonly ParsedBlock[] | "broken-chain" {
    let prev = this.#ready.at(-1)?.block.idBytes ?? (head ? idBytes(head.id) : zeroId);
    const run: ParsedBlock[] = [];
    for (let seq = this.#nextSeq(head); ; seq++) {
      const block = this.#waiting.get(seq);
      if (!block) return run;
      if (!sameBytes(block.prev, prev)) {
        if (run.length > 0) return run;
        this.drop(block);
        return "broken-chain";
      }
      prev = block.idBytes;
      run.push(block);
    }
  }

  /** `verified` is one that `run` gave, perhaps without its signature. */
  makeReady(verified: ParsedBlock, body: BlockBody): void {
    const there = this.#waiting.get(verified.seq);
    if (there) this.drop(there);
    this.#ready.push({ block: verified, body });
    this.#count(costOf(verified));
  }

  /** Takes the `next` block out. */
  shift(): void {
    const first = this.#ready.shift();
    if (first) this.#count(-costOf(first.block));
  }

  drop(block: ParsedBlock): void {
    if (this.#waiting.get(block.seq) !== block) return;
    this.#waiting.delete(block.seq);
    this.#count(-costOf(block));
  }

  /** A signed block of the chain cannot be read: nothing from it on ever counts. */
  freeze(): void {
    this.#frozen = true;
    for (const block of [...this.#waiting.values()]) this.drop(block);
  }

  /** Forgets the blocks farthest from being accepted until at most `bytes` are kept. */
  trim(bytes: number): void {
    for (const block of [...this.#waiting.values()].sort((a, b) => b.seq - a.seq)) {
      if (this.#bytes <= bytes) return;
      this.drop(block);
    }
    while (this.#bytes > bytes) {
      const last = this.#ready.pop();
      if (!last) return;
      this.#count(-costOf(last.block));
    }
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#tally.bytes += bytes;
  }

  #nextSeq(head: Head | undefined): number {
    return (this.#ready.at(-1)?.block.seq ?? head?.seq ?? -1) + 1;
  }
}
