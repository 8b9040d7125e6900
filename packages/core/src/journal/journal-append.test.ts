import { describe, expect, test } from "vitest";
import { bytesOf, contentOf, JournalWorld, textsOf } from "../../test/journal-world.js";
import { idBytes } from "../ids.js";
import { limits } from "../limits.js";
import { parseBlock } from "./block.js";
import type { Dependency } from "./block-body.js";
import { openBlock } from "./block-verifier.js";
import { ChainWriter, maxDepsPerBlock, type SealedBlock, signEveryBytes } from "./chain-writer.js";
import { Journal } from "./journal.js";

const depsOf = (world: JournalWorld, block: SealedBlock | undefined): Dependency[] => {
  const parsed = block && parseBlock(block.bytes, world.context.keys.roomIdBytes);
  return [...((parsed && openBlock(parsed, world.context)?.deps) ?? [])];
};

const seqs = (deps: readonly Dependency[]) => deps.map(({ session, seq }) => [session, seq]);

describe("a block's dependencies are exactly what moved since the one before", () => {
  test("others' heads as they were, each named once, never one's own", async () => {
    const world = new JournalWorld();
    const [ann, bob, cem] = [await world.author(), await world.author(), await world.author()];
    const [b0, b1, b2] = await bob.write("b0", "b1", "b2");
    const [c0] = await cem.write("c0");
    if (!b0 || !b1 || !b2 || !c0) throw new Error("four blocks were written");
    expect(depsOf(world, (await ann.write("alone"))[0])).toEqual([]);
    await ann.hear(b0, b1, b2, c0);
    const [first, second] = await ann.write("after both", "same run");
    expect(depsOf(world, first)).toEqual([
      { session: bob.session.id, seq: 2, id: idBytes(b2.id).slice(0, 16) },
      { session: cem.session.id, seq: 0, id: idBytes(c0.id).slice(0, 16) },
    ]);
    expect(depsOf(world, second)).toEqual([]);
    expect(depsOf(world, (await ann.write("nothing new"))[0])).toEqual([]);
    await ann.hear(...(await cem.write("c1")));
    expect(seqs(depsOf(world, (await ann.write("after c1"))[0]))).toEqual([[cem.session.id, 1]]);
  });

  test("after a restore the first block names everything", async () => {
    const world = new JournalWorld();
    const [ann, bob] = [await world.author(), await world.author()];
    await ann.hear(...(await bob.write("b0")));
    await ann.write("a0");
    const journal = world.journal();
    journal.restore(ann.journal.sessions(), ann.journal.frontier());
    const [block] = await journal.append(await world.session(), [contentOf("new")], 0);
    expect(new Map(depsOf(world, block).map(({ session, seq }) => [session, seq]))).toEqual(
      new Map([
        [bob.session.id, 0],
        [ann.session.id, 0],
      ]),
    );
  });

  test("a further session in the same journal names everything, the one before it too", async () => {
    const world = new JournalWorld();
    const [ann, bob] = [await world.author(), await world.author()];
    await ann.hear(...(await bob.write("b0")));
    await ann.write("a0", "a1");
    const [block] = await ann.journal.append(await world.session(), [contentOf("new")], 0);
    expect(new Map(depsOf(world, block).map(({ session, seq }) => [session, seq]))).toEqual(
      new Map([
        [bob.session.id, 0],
        [ann.session.id, 1],
      ]),
    );
  });

  test("what did not get written keeps its dependencies, and its place in the chain", async () => {
    const world = new JournalWorld();
    let fails = false;
    const { sign, ...rest } = world.context.signatures;
    const signatures = {
      ...rest,
      sign: (...args: Parameters<typeof sign>) =>
        fails ? Promise.reject(new Error("no key")) : sign(...args),
    };
    const journal = new Journal(world.journalId, { ...world.context, signatures });
    const session = await world.session();
    const bob = await world.author();
    const said = await bob.write("b0");
    await journal.receive(bytesOf(said));
    fails = true;
    await expect(journal.append(session, [contentOf("lost"), contentOf("too")], 0)).rejects.toThrow("no key");
    expect(journal.headSeq(session.id)).toBe(-1);
    fails = false;
    const blocks = await journal.append(session, [contentOf("kept")], 0);
    expect(seqs(depsOf(world, blocks[0]))).toEqual([[bob.session.id, 0]]);
    expect(textsOf(await world.journal().receive(bytesOf([...said, ...blocks])))).toEqual(["b0", "kept"]);
  });

  test("nothing to write takes nothing", async () => {
    const world = new JournalWorld();
    const [ann, bob] = [await world.author(), await world.author()];
    await ann.hear(...(await bob.write("b0")));
    expect(await ann.write()).toEqual([]);
    expect(depsOf(world, (await ann.write("a0"))[0])).toHaveLength(1);
  });
});

test("dependencies beyond one block's room go in front, and a full payload beside them still fits", async () => {
  const world = new JournalWorld();
  const session = await world.session();
  const deps = Array.from({ length: 2 * maxDepsPerBlock + 5 }, () => ({
    session: session.id,
    seq: Number.MAX_SAFE_INTEGER,
    id: new Uint8Array(16).fill(1),
  }));
  const content = { ...contentOf(""), payload: new Uint8Array(limits.maxBlockPayloadBytes).fill(7) };
  const writer = new ChainWriter(world.journalId, session, world.context);
  for (const count of [maxDepsPerBlock, deps.length]) {
    const blocks = await writer.write([content], deps.slice(0, count), 0);
    expect(blocks).toHaveLength(Math.ceil(count / maxDepsPerBlock));
    expect(blocks.flatMap((block) => depsOf(world, block))).toHaveLength(count);
    for (const block of blocks) expect(block.bytes.length).toBeLessThanOrEqual(limits.maxBlockBytes);
  }
});

test("blocks in front of a content are empty parts of it", async () => {
  const world = new JournalWorld();
  const session = await world.session();
  const writer = new ChainWriter(world.journalId, session, world.context);
  const dep = { session: session.id, seq: 1, id: new Uint8Array(16) };
  const deps = new Array<Dependency>(maxDepsPerBlock + 1).fill(dep);
  const blocks = await writer.write([contentOf("whole")], deps, 0);
  const contents = blocks.map(({ bytes }) => {
    const parsed = parseBlock(bytes, world.context.keys.roomIdBytes);
    return parsed && openBlock(parsed, world.context)?.content;
  });
  expect(contents).toEqual([contentOf("", true), contentOf("whole")]);
});

test("a long run is signed every 64 KiB, so that it never has to wait as a whole", async () => {
  const world = new JournalWorld();
  const author = await world.author();
  const contents = Array.from({ length: 40 }, () => ({ ...contentOf(""), payload: new Uint8Array(10_000) }));
  const blocks = await author.journal.append(author.session, contents, 0);
  let unsignedBytes = 0;
  let signatures = 0;
  for (const { bytes } of blocks) {
    const { signature } = parseBlock(bytes, world.context.keys.roomIdBytes) ?? {};
    unsignedBytes = signature ? 0 : unsignedBytes + bytes.length;
    if (signature) signatures++;
    expect(unsignedBytes).toBeLessThan(signEveryBytes);
  }
  expect(unsignedBytes).toBe(0);
  expect(signatures).toBe(6);
});

test("a session that is taken up again goes on with its chain: it never forks", async () => {
  const world = new JournalWorld();
  const author = await world.author();
  const first = await author.write("0", "1");
  const reopened = world.journal();
  await reopened.receive(bytesOf(first));
  const second = await reopened.append(author.session, [contentOf("2")], 0);
  expect(second[0]?.seq).toBe(2);
  const reader = world.journal();
  expect(await reader.receive(bytesOf([...first, ...second]))).toMatchObject({
    refused: [],
    incomplete: false,
  });
  expect(reader.headSeq(author.session.id)).toBe(2);
});

test("what one writes oneself is held at once, and is no news", async () => {
  const world = new JournalWorld();
  const author = await world.author();
  const blocks = await author.write("mine");
  expect(author.journal.frontier().get(author.session.id)).toEqual({ seq: 0, id: blocks[0]?.id });
  expect(author.journal.sessions()).toMatchObject([
    { session: author.session.id, device: author.session.device },
  ]);
  expect(await author.hear(...blocks)).toEqual({ accepted: [], refused: [], incomplete: false });
});
