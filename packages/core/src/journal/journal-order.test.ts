import { SeededRandom } from "@manyhands/testing";
import { describe, expect, test } from "vitest";
import { type Author, bytesOf, JournalWorld, textsOf } from "../../test/journal-world.js";
import type { BlockId } from "../ids.js";
import type { SealedBlock } from "./chain-writer.js";
import type { Frontier } from "./frontier.js";
import type { Received } from "./journal.js";

interface Story {
  readonly world: JournalWorld;
  readonly blocks: readonly SealedBlock[];
  /** What each block's author held when it wrote it. */
  readonly before: ReadonlyMap<BlockId, Frontier>;
}

/** Three sessions that write runs and hear of each other now and then. */
const tellStory = async (seed: number): Promise<Story> => {
  const world = new JournalWorld(seed);
  const random = new SeededRandom(seed);
  const authors = [await world.author(), await world.author(), await world.author()];
  const blocks: SealedBlock[] = [];
  const before = new Map<BlockId, Frontier>();
  for (let step = 0; step < 12; step++) {
    const author: Author | undefined = random.pick(authors);
    if (!author) continue;
    if (random.chance(0.6)) await author.hear(...blocks.slice(0, random.between(0, blocks.length)));
    const held = author.journal.frontier();
    const texts = Array.from({ length: random.between(1, 3) }, (_, at) => `${step}.${at}`);
    for (const block of await author.write(...texts)) {
      blocks.push(block);
      before.set(block.id, held);
    }
  }
  return { world, blocks, before };
};

const shuffled = <Entry>(entries: readonly Entry[], random: SeededRandom): Entry[] =>
  entries
    .map((entry) => ({ entry, at: random.fraction() }))
    .sort((a, b) => a.at - b.at)
    .map(({ entry }) => entry);

const seeds = Array.from({ length: 40 }, (_, seed) => seed + 1);

describe("order does not matter", () => {
  test.each(seeds)(
    "seed %i: shuffled, repeated, in pieces, each block is accepted once, after its causes",
    async (seed) => {
      const { world, blocks, before } = await tellStory(seed);
      const random = new SeededRandom(1000 + seed);
      const repeated = blocks.filter(() => random.chance(0.3));
      const incoming = shuffled([...blocks, ...repeated], random);
      const reader = world.journal();
      const seen = new Map<string, number>();
      const ids: BlockId[] = [];
      let last: Received | undefined;
      while (incoming.length > 0) {
        last = await reader.receive(bytesOf(incoming.splice(0, random.between(1, 5))));
        expect(last.refused).toEqual([]);
        for (const block of last.accepted) {
          expect(block.seq).toBe((seen.get(block.session) ?? -1) + 1);
          for (const [session, head] of before.get(block.id) ?? [])
            expect(seen.get(session) ?? -1).toBeGreaterThanOrEqual(head.seq);
          seen.set(block.session, block.seq);
          ids.push(block.id);
        }
      }
      expect([...ids].sort()).toEqual(blocks.map(({ id }) => id).sort());
      expect(last?.incomplete).toBe(false);
      const inOrder = world.journal();
      await inOrder.receive(bytesOf(blocks));
      expect(reader.digest()).toEqual(inOrder.digest());
    },
  );
});

test("twice is once: what was accepted is accepted no second time, and refused neither", async () => {
  const { world, blocks } = await tellStory(1);
  const reader = world.journal();
  await reader.receive(bytesOf(blocks));
  expect(await reader.receive(bytesOf(blocks))).toEqual({ accepted: [], refused: [], incomplete: false });
  expect(await world.journal().receive(bytesOf([...blocks, ...blocks]))).toMatchObject({ refused: [] });
});

test("a block whose dependency is missing waits, and comes out behind it", async () => {
  const world = new JournalWorld();
  const [ann, bob] = [await world.author(), await world.author()];
  const cause = await ann.write("cause");
  await bob.hear(...cause);
  const effect = await bob.write("effect");
  const reader = world.journal();
  expect(await reader.receive(bytesOf(effect))).toEqual({ accepted: [], refused: [], incomplete: true });
  const after = await reader.receive(bytesOf(cause));
  expect(textsOf(after)).toEqual(["cause", "effect"]);
  expect(after.incomplete).toBe(false);
});

test("a long line of sessions, each waiting for the one before, is released at once", async () => {
  const world = new JournalWorld();
  const blocks: SealedBlock[] = [];
  for (let at = 0; at < 12; at++) {
    const author = await world.author();
    await author.hear(...blocks);
    blocks.push(...(await author.write(`${at}`)));
  }
  const reader = world.journal();
  for (const block of [...blocks].reverse().slice(0, -1)) {
    expect((await reader.receive([block.bytes])).accepted).toEqual([]);
  }
  const after = await reader.receive(bytesOf(blocks.slice(0, 1)));
  expect(textsOf(after)).toEqual(Array.from({ length: 12 }, (_, at) => `${at}`));
});

test("blocks without a signature wait for the one that vouches for them", async () => {
  const world = new JournalWorld();
  const author = await world.author();
  const [first, second, third] = bytesOf(await author.write("1", "2", "3"));
  if (!first || !second || !third) throw new Error("three blocks were written");
  const reader = world.journal();
  expect(await reader.receive([first])).toEqual({ accepted: [], refused: [], incomplete: true });
  expect(await reader.receive([second])).toEqual({ accepted: [], refused: [], incomplete: true });
  expect(textsOf(await reader.receive([third]))).toEqual(["1", "2", "3"]);
});

test("a signed head is not enough where a block before it is missing", async () => {
  const world = new JournalWorld();
  const author = await world.author();
  const [first, second, third] = bytesOf(await author.write("1", "2", "3"));
  if (!first || !second || !third) throw new Error("three blocks were written");
  const reader = world.journal();
  expect(textsOf(await reader.receive([first, third]))).toEqual([]);
  expect(textsOf(await reader.receive([second]))).toEqual(["1", "2", "3"]);
});

test("a copy that lost its signature does not keep out the one that has it", async () => {
  const world = new JournalWorld();
  const [block] = await (await world.author()).write("said");
  if (!block) throw new Error("a block was written");
  const stripped = block.bytes.slice(0, -64);
  stripped[stripped.length - 1] = 0;
  const reader = world.journal();
  expect(await reader.receive([stripped])).toEqual({ accepted: [], refused: [], incomplete: true });
  expect(textsOf(await reader.receive([block.bytes]))).toEqual(["said"]);
});

test("restored from a frontier, a journal goes on with every chain, and knows whose it is", async () => {
  const world = new JournalWorld();
  const [ann, bob] = [await world.author(), await world.author()];
  const early = [...(await ann.write("a0", "a1")), ...(await bob.write("b0"))];
  const before = world.journal();
  await before.receive(bytesOf(early));
  const late = [...(await ann.write("a2")), ...(await bob.write("b1", "b2"))];
  const restored = world.journal();
  restored.restore(before.sessions(), before.frontier());
  expect(restored.digest()).toEqual(before.digest());
  expect(await restored.receive(bytesOf(early))).toMatchObject({ accepted: [], refused: [] });
  const { accepted } = await restored.receive(bytesOf(late));
  expect(textsOf({ accepted })).toEqual(["a2", "b1", "b2"]);
  expect(accepted[0]).toMatchObject({ device: ann.session.device, clientId: ann.session.clientId });
  expect(restored.deviceOf(bob.session.id)).toBe(bob.session.device);
  expect(restored.headSeq(bob.session.id)).toBe(2);
});

test("a digest follows what is accepted and what is written", async () => {
  const world = new JournalWorld();
  const [ann, bob] = [await world.author(), await world.author()];
  const digests = [ann.journal.digest()];
  const own = await ann.write("a");
  digests.push(ann.journal.digest());
  await ann.hear(...(await bob.write("b")));
  digests.push(ann.journal.digest());
  expect(new Set(digests.map(String)).size).toBe(3);
  await bob.hear(...own);
  expect(bob.journal.digest()).toEqual(ann.journal.digest());
});
