import * as Y from "yjs";
import { createGate, type Gate } from "../gate.js";
import { keepPure } from "../pure-doc.js";
import type { RefusalReason } from "../verdict.js";
import { Author, type Block } from "./author.js";
import { SeededRandom } from "./seeded-random.js";

/** What came of some people writing together. */
export interface HonestSession {
  readonly authors: readonly Author[];
  /** In the order in which they were written. */
  readonly blocks: readonly Block[];
  readonly refused: readonly { readonly block: number; readonly reason: RefusalReason }[];
  readonly gate: Gate;
}

/** Three to five authors write `blockCount` blocks and get each other's in random causal order; at the end all have all. */
export const runHonestSession = (
  seed: number,
  blockCount: number,
  options: { readonly mend: boolean } = { mend: true },
): HonestSession => {
  const random = new SeededRandom(seed);
  const count = 3 + random.below(3);
  const big = random.chance(0.5);
  const authors = Array.from({ length: count }, (_, index) => {
    const client = big
      ? 1 + Math.floor(random.next() * (Number.MAX_SAFE_INTEGER - 1))
      : 1 + index * 7 + random.below(7);
    return new Author(index, count, client, options);
  });
  const gate = createGate();
  const blocks: Block[] = [];
  const refused: { block: number; reason: RefusalReason }[] = [];
  const passed = new Map<Block, Uint8Array>();
  const deliver = (to: Author): boolean => {
    const block = nextFor(to.frontier, blocks, random);
    const bytes = block && passed.get(block);
    if (!block || !bytes) return false;
    to.receive(block, bytes);
    return true;
  };
  for (let attempts = blockCount * 4; blocks.length < blockCount && attempts > 0; attempts--) {
    // The last one comes late.
    const author = authors[random.below(blocks.length > blockCount / 2 ? count : count - 1)];
    if (!author) continue;
    if (blocks.length > 10 && author.frontier.every((count) => count === 0)) {
      author.startFrom(random.pickAny(authors) ?? author);
    }
    for (let left = random.chance(0.5) ? random.below(8) : 0; left > 0; left--) deliver(author);
    const block = author.write(random);
    if (!block) continue;
    const verdict = gate.admit(block.candidate);
    if (!verdict.ok) {
      refused.push({ block: blocks.length, reason: verdict.reason });
      return { authors, blocks: [...blocks, block], refused, gate };
    }
    passed.set(block, verdict.bytes);
    blocks.push(block);
  }
  for (const author of authors) while (deliver(author));
  return { authors, blocks, refused, gate };
};

/** A block whose causes are all there; undefined when there is none. */
const nextFor = (
  frontier: readonly number[],
  blocks: readonly Block[],
  random: SeededRandom,
): Block | undefined => {
  const seen = frontier.map(() => 0);
  const ready: Block[] = [];
  for (const block of blocks) {
    const index = seen[block.author] ?? 0;
    seen[block.author] = index + 1;
    if (index === frontier[block.author] && block.frontier.every((need, at) => need <= (frontier[at] ?? 0))) {
      ready.push(block);
    }
  }
  return random.pickAny(ready);
};

/** The blocks in another order in which each comes after its causes. */
export const shuffleCausally = (
  blocks: readonly Block[],
  authorCount: number,
  random: SeededRandom,
): Block[] => {
  const frontier: number[] = new Array(authorCount).fill(0);
  const order: Block[] = [];
  for (let next = nextFor(frontier, blocks, random); next; next = nextFor(frontier, blocks, random)) {
    order.push(next);
    frontier[next.author] = (frontier[next.author] ?? 0) + 1;
  }
  return order;
};

/** The state as a fresh document writes it that got it whole: equal wherever the content is. */
export const canonicalState = (doc: Y.Doc): string => {
  const fresh = new Y.Doc({ guid: "fresh" });
  keepPure(fresh);
  Y.applyUpdateV2(fresh, Y.encodeStateAsUpdateV2(doc));
  return Buffer.from(Y.encodeStateAsUpdateV2(fresh)).toString("base64");
};
