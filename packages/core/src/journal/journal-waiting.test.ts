import { describe, expect, test, vi } from "vitest";
import { type Author, bytesOf, contentOf, JournalWorld, textsOf } from "../../test/journal-world.js";
import { blockIdOf, sessionIdOf } from "../ids.js";
import { limits } from "../limits.js";
import type { SealedBlock } from "./chain-writer.js";
import type { Journal } from "./journal.js";

// Filling 8 MiB with real blocks takes a second of an idle machine.
vi.setConfig({ testTimeout: 60_000 });

const payload = new Uint8Array(190_000);
const large = { ...contentOf(""), payload };
/** More than may wait at once. */
const tooMany = Math.ceil((1.3 * limits.maxWaitingBytes) / payload.length);

const writeLarge = async ({ journal, session }: Author): Promise<SealedBlock> => {
  const [block] = await journal.append(session, [large], 0);
  if (!block) throw new Error("a block was written");
  return block;
};

const writeMany = async (author: Author, count: number): Promise<SealedBlock[]> => {
  const blocks: SealedBlock[] = [];
  for (let at = 0; at < count; at++) blocks.push(await writeLarge(author));
  return blocks;
};

/** A journal in which as much waits as may, for a block that nobody sends. */
const fill = async (
  world: JournalWorld,
): Promise<{ full: Journal; rest: SealedBlock[]; cause: SealedBlock[] }> => {
  const [lost, stuck] = [await world.author(), await world.author()];
  const cause = await lost.write("lost");
  await stuck.hear(...cause);
  const rest = await writeMany(stuck, tooMany);
  const full = world.journal();
  for (const block of rest) await full.receive([block.bytes]);
  return { full, rest, cause };
};

describe("what waits is bounded", () => {
  test("a chain that waits for a dependency keeps its near end, and no more than the bound", async () => {
    const { full, rest, cause } = await fill(new JournalWorld());
    const { accepted } = await full.receive(bytesOf(cause));
    const kept = accepted.slice(1);
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, at) => at));
    const bytes = kept.reduce((sum, block) => sum + block.bytes.length, 0);
    expect(bytes).toBeLessThanOrEqual(limits.maxWaitingBytes);
    expect(bytes).toBeGreaterThan(limits.maxWaitingBytes / 4);
    expect((await full.receive(bytesOf(rest))).accepted).toHaveLength(rest.length - kept.length);
  });

  test("a chain that waits behind a gap is bounded alike", async () => {
    const world = new JournalWorld();
    const author = await world.author();
    const blocks = await writeMany(author, tooMany);
    const reader = world.journal();
    for (const block of blocks.slice(1)) await reader.receive([block.bytes]);
    const { accepted } = await reader.receive(bytesOf(blocks.slice(0, 1)));
    expect(accepted.length).toBeGreaterThan(1);
    expect(accepted.length).toBeLessThan(blocks.length - 5);
  });

  test("small blocks count for what they cost, not for their bytes alone", async () => {
    const world = new JournalWorld();
    const author = await world.author();
    const blocks: SealedBlock[] = [];
    for (let at = 0; at < 75; at++) blocks.push(...(await author.write(...new Array<string>(100).fill("x"))));
    const total = blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(total).toBeLessThan(limits.maxWaitingBytes / 4);
    const reader = world.journal();
    await reader.receive(bytesOf(blocks.slice(1)));
    const { accepted } = await reader.receive(bytesOf(blocks.slice(0, 1)));
    expect(accepted.length).toBeLessThan(blocks.length);
  });

  test("a frozen session keeps nothing of what waited", async () => {
    const world = new JournalWorld();
    const author = await world.author();
    const reader = world.journal();
    await reader.receive(bytesOf(await author.write("0")));
    const prev = author.headId;
    const later = await writeMany(author, 3);
    const junk = new Uint8Array(30).fill(255);
    await reader.receive(bytesOf(later.slice(1)));
    const header = { seq: 1, prev };
    const received = await reader.receive([await world.forge(author.session, { header, plaintext: junk })]);
    expect(received).toMatchObject({ refused: ["unreadable"], incomplete: false });
  });
});

describe("a full buffer stops nobody whose turn it is", () => {
  test("in-order blocks of a chain that waits for nothing are taken", async () => {
    const world = new JournalWorld();
    const { full } = await fill(world);
    const ann = await world.author();
    for (let at = 0; at < 5; at++) {
      expect((await full.receive([(await writeLarge(ann)).bytes])).accepted).toHaveLength(1);
    }
  });

  test("a run of which the signature comes in a later message is taken", async () => {
    const world = new JournalWorld();
    const { full } = await fill(world);
    const ann = await world.author();
    const run = bytesOf(await ann.write("0", "1", "2", "3"));
    for (const bytes of run.slice(0, -1)) await full.receive([bytes]);
    expect(textsOf(await full.receive(run.slice(-1)))).toEqual(["0", "1", "2", "3"]);
  });

  test("chains that wait for each other, each far longer than the bound, all arrive by sending again", async () => {
    const world = new JournalWorld();
    const authors = [await world.author(), await world.author(), await world.author()];
    const chains: SealedBlock[][] = authors.map(() => []);
    for (let round = 0; round < 24; round++) {
      for (const [at, author] of authors.entries()) {
        const block = await writeLarge(author);
        chains[at]?.push(block);
        for (const other of authors) if (other !== author) await other.hear(block);
      }
    }
    const reader = world.journal();
    let sent = 0;
    for (
      let pull = 0;
      pull < 10 && (sent === 0 || reader.digest().join() !== authors[0]?.journal.digest().join());
      pull++
    ) {
      // One chain after the other, the last author's first: the worst order there is.
      for (const [at, chain] of [...chains.entries()].reverse()) {
        const session = authors[at]?.session.id;
        const missing = chain.filter(({ seq }) => session && seq > reader.headSeq(session));
        sent += missing.length;
        for (const block of missing) await reader.receive([block.bytes]);
      }
    }
    expect(reader.digest()).toEqual(authors[0]?.journal.digest());
    expect(sent).toBeLessThan(4 * 72);
  });
});

test("sessions are bounded: beyond it a new one is refused, a known one goes on", async () => {
  const world = new JournalWorld();
  const [known, stranger] = [await world.author(), await world.author()];
  const first = world.journal();
  await first.receive(bytesOf(await known.write("0")));
  const others = Array.from({ length: limits.maxSessions - 1 }, (_, at) => {
    const id = new Uint8Array(16);
    new DataView(id.buffer).setUint32(0, at);
    return sessionIdOf(id);
  });
  const template = first.sessions()[0];
  if (!template) throw new Error("a session is known");
  const head = { seq: 0, id: blockIdOf(new Uint8Array(32)) };
  const full = world.journal();
  full.restore(
    [template, ...others.map((session) => ({ ...template, session }))],
    new Map([...first.frontier(), ...others.map((session) => [session, head] as const)]),
  );
  expect(full.sessions()).toHaveLength(limits.maxSessions);
  expect((await full.receive(bytesOf(await stranger.write("new")))).refused).toEqual(["too-many"]);
  expect(textsOf(await full.receive(bytesOf(await known.write("1"))))).toEqual(["1"]);
});
