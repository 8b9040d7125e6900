import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, contentOf, JournalWorld, textsOf } from "../../test/journal-world.js";
import { deriveRoomKeys } from "../sealing/room-keys.js";
import { parseBlock, zeroId } from "./block.js";
import { encodeBody } from "./block-body.js";
import { signEveryBytes } from "./chain-writer.js";
import { Journal } from "./journal.js";
import { certifiedBytes } from "./session.js";

const idOf = (world: JournalWorld, bytes: Uint8Array): Uint8Array =>
  parseBlock(bytes, world.context.keys.roomIdBytes)?.idBytes ?? zeroId;

const nothing = { accepted: [], incomplete: false };

describe("refused, and nothing of it stays", () => {
  test("random bytes: malformed", async () => {
    const journal = new JournalWorld().journal();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), async (junk) => {
        expect(await journal.receive(junk)).toEqual({ ...nothing, refused: junk.map(() => "malformed") });
      }),
    );
  });

  test("a block of which any byte was changed by a bit: it is never accepted, and keeps out nothing", async () => {
    const world = new JournalWorld();
    const [block] = await (await world.author()).write("said");
    if (!block) throw new Error("a block was written");
    for (let at = 0; at < block.bytes.length; at++) {
      const changed = block.bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const journal = world.journal();
      expect((await journal.receive([changed])).accepted).toEqual([]);
      if (at % 16 === 0) expect(textsOf(await journal.receive([block.bytes]))).toEqual(["said"]);
    }
  });

  test("a signature by anybody else: bad-signature", async () => {
    const world = new JournalWorld();
    const [victim, forger] = [await world.session(), await world.session()];
    const journal = world.journal();
    const forged = await world.forge(victim, { signer: forger });
    expect(await journal.receive([forged])).toEqual({ ...nothing, refused: ["bad-signature"] });
    expect(await journal.receive([await world.forge(victim)])).toMatchObject({ refused: [] });
  });

  test("a forged block that goes on with a held chain: bad-signature", async () => {
    const world = new JournalWorld();
    const [ann, forger] = [await world.author(), await world.session()];
    const reader = world.journal();
    await reader.receive(bytesOf(await ann.write("0")));
    const header = { seq: 1, prev: ann.headId };
    const forged = await world.forge(ann.session, { header, signer: forger });
    expect(await reader.receive([forged])).toEqual({ ...nothing, refused: ["bad-signature"] });
    expect(textsOf(await reader.receive(bytesOf(await ann.write("1"))))).toEqual(["1"]);
  });

  test("a signed block whose prev is not the held block before: broken-chain", async () => {
    const world = new JournalWorld();
    const ann = await world.author();
    const reader = world.journal();
    await reader.receive(bytesOf(await ann.write("0")));
    const forged = await world.forge(ann.session, { header: { seq: 1, prev: new Uint8Array(32).fill(1) } });
    expect(await reader.receive([forged])).toEqual({ ...nothing, refused: ["broken-chain"] });
    expect(textsOf(await reader.receive(bytesOf(await ann.write("1"))))).toEqual(["1"]);
  });

  test("another block at the head: fork", async () => {
    const world = new JournalWorld();
    const ann = await world.author();
    const reader = world.journal();
    await reader.receive(bytesOf(await ann.write("0")));
    const twin = await world.forge(ann.session);
    expect(await reader.receive([twin])).toEqual({ ...nothing, refused: ["fork"] });
    await reader.receive(bytesOf(await ann.write("1")));
    // Below the head ids are not kept: it is passed over.
    expect(await reader.receive([twin])).toEqual({ ...nothing, refused: [] });
  });

  test("a block of another room with the same secret: foreign", async () => {
    const [world, other] = [new JournalWorld(1, "room"), new JournalWorld(1, "Room")];
    const said = bytesOf(await (await other.author()).write("elsewhere"));
    expect(await world.journal().receive(said)).toEqual({ ...nothing, refused: ["foreign"] });
  });

  test("a block of another room that names this one's journal and epoch: it vouches for nobody", async () => {
    const world = new JournalWorld();
    const other = deriveRoomKeys(new Uint8Array(32).fill(8), "room");
    const session = await world.session();
    const forged = await world.forge(session, { keys: other, header: { epoch: world.context.keys.epoch } });
    expect(await world.journal().receive([forged])).toEqual({ ...nothing, refused: ["bad-certificate"] });
  });

  test("a block of another epoch or another journal: foreign", async () => {
    const world = new JournalWorld();
    const session = await world.session();
    const blocks = [
      await world.forge(session, { header: { epoch: new Uint8Array(16) } }),
      await world.forge(session, { header: { journal: world.context.keys.journalOf("other") } }),
    ];
    expect(await world.journal().receive(blocks)).toEqual({ ...nothing, refused: ["foreign", "foreign"] });
  });

  test("a certificate that another device made, or none: bad-certificate", async () => {
    const world = new JournalWorld();
    const [session, other] = [await world.session(), await world.session()];
    const device = { publicKey: session.deviceKey, certificate: other.certificate };
    const stolen = { publicKey: other.deviceKey, certificate: other.certificate };
    const none = { deps: [], auth: new Uint8Array(0), lane: 0, wallMs: 0, content: contentOf("x") };
    for (const forged of [
      await world.forge(session, { body: { device } }),
      await world.forge(session, { body: { device: stolen } }),
      await world.forge(session, { plaintext: encodeBody(none) }),
    ])
      expect(await world.journal().receive([forged])).toEqual({ ...nothing, refused: ["bad-certificate"] });
  });

  test("a session whose id is not that of its key: bad-certificate", async () => {
    const world = new JournalWorld();
    const [victim, thief] = [await world.session(), await world.session()];
    // The thief signs and certifies in good order, under the victim's name.
    const forged = await world.forge(thief, { header: { session: victim.id } });
    expect(await world.journal().receive([forged])).toEqual({ ...nothing, refused: ["bad-certificate"] });
  });

  test("a device that certifies somebody else's session gets no block past its signature", async () => {
    const world = new JournalWorld();
    const [victim, thief] = [await world.session(), await world.session()];
    const { signatures, keys } = world.context;
    const thiefDevice = await signatures.createKeys();
    const certificate = await signatures.sign(
      thiefDevice,
      certifiedBytes(keys.roomIdBytes, victim.keys.publicKey),
    );
    const device = { publicKey: thiefDevice.publicKey, certificate };
    const reader = world.journal();
    const forged = await world.forge(victim, { body: { device }, signer: thief });
    expect((await reader.receive([forged])).refused).toEqual(["bad-signature"]);
    const { accepted } = await reader.receive([await world.forge(victim)]);
    expect(accepted).toMatchObject([{ device: victim.device }]);
  });
});

test("a dependency on another block than the one held at that place is not met", async () => {
  const world = new JournalWorld();
  const [ann, session] = [await world.author(), await world.session()];
  const reader = world.journal();
  await reader.receive(bytesOf(await ann.write("0")));
  const dep = { session: ann.session.id, seq: 0, id: new Uint8Array(16) };
  const forged = await world.forge(session, { body: { deps: [dep] } });
  expect(await reader.receive([forged])).toEqual({ accepted: [], refused: [], incomplete: true });
});

describe("a signed block that cannot be read freezes its session alone", () => {
  test("what came before stays, what comes after is refused, others go on", async () => {
    const world = new JournalWorld();
    const [ann, bob] = [await world.author(), await world.author()];
    const reader = world.journal();
    const junk = new Uint8Array(30).fill(255);
    const first = await ann.write("0");
    const prev = ann.headId;
    const unreadable = await world.forge(ann.session, { header: { seq: 1, prev }, plaintext: junk });
    const after = await world.forge(ann.session, {
      header: { seq: 2, prev: idOf(world, unreadable) },
    });
    const received = await reader.receive([...bytesOf(first), unreadable, after]);
    expect(textsOf(received)).toEqual(["0"]);
    expect(received).toMatchObject({ refused: ["unreadable"], incomplete: false });
    expect(await reader.receive([after])).toEqual({ ...nothing, refused: ["unreadable"] });
    expect(textsOf(await reader.receive(bytesOf(await bob.write("bob"))))).toEqual(["bob"]);
    expect(reader.headSeq(ann.session.id)).toBe(0);
  });

  test("an unsigned block that cannot be read freezes nothing", async () => {
    const world = new JournalWorld();
    const ann = await world.author();
    const reader = world.journal();
    await reader.receive(bytesOf(await ann.write("0")));
    const junk = await world.forge(ann.session, {
      header: { seq: 1, prev: ann.headId },
      plaintext: new Uint8Array(30).fill(255),
      signer: "nobody",
    });
    expect(await reader.receive([junk])).toMatchObject({ refused: [] });
    expect(textsOf(await reader.receive(bytesOf(await ann.write("1"))))).toEqual(["1"]);
  });

  test("an open block that cannot be read vouches for nobody", async () => {
    const world = new JournalWorld();
    const session = await world.session();
    const unreadable = await world.forge(session, { plaintext: new Uint8Array(30).fill(255) });
    expect(await world.journal().receive([unreadable])).toEqual({ ...nothing, refused: ["bad-certificate"] });
  });
});

describe("a bad signature in the middle of a run", () => {
  /** Three blocks of which the second is badly signed, as a member may do to have others blamed for it. */
  const write = async (world: JournalWorld) => {
    const author = await world.author();
    const [first, second, third] = bytesOf(await author.write("0", "1", "2"));
    if (!first || !second || !third) throw new Error("three blocks were written");
    const bad = new Uint8Array(second.length + 64);
    bad.set(second);
    bad[second.length - 1] = 1;
    return { author, blocks: [first, bad, third] as const, honest: [first, second, third] as const };
  };

  test("does no harm when a later one vouches for it, and is not passed on", async () => {
    const world = new JournalWorld();
    const { blocks, honest } = await write(world);
    const { accepted, refused } = await world.journal().receive(blocks);
    expect(textsOf({ accepted })).toEqual(["0", "1", "2"]);
    expect(refused).toEqual([]);
    expect(bytesOf(accepted)).toEqual(honest);
  });

  test("is refused when it is the last", async () => {
    const world = new JournalWorld();
    const { blocks, honest } = await write(world);
    const reader = world.journal();
    expect(await reader.receive(blocks.slice(0, 2))).toMatchObject({
      accepted: [],
      refused: ["bad-signature"],
    });
    expect(textsOf(await reader.receive(honest.slice(1)))).toEqual(["0", "1", "2"]);
  });
});

test("of many good signatures those that were checked stay: the last, and one per 64 KiB", async () => {
  const world = new JournalWorld();
  const author = await world.author();
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < 20; at++) {
    const content = { ...contentOf(""), payload: new Uint8Array(10_000) };
    blocks.push(...bytesOf(await author.journal.append(author.session, [content], 0)));
  }
  let verified = 0;
  const { verify, ...rest } = world.context.signatures;
  const signatures = {
    ...rest,
    verify: (...args: Parameters<typeof verify>) => {
      verified++;
      return verify(...args);
    },
  };
  const reader = new Journal(world.journalId, { ...world.context, signatures });
  const { accepted } = await reader.receive(blocks);
  const total = blocks.reduce((sum, { length }) => sum + length, 0);
  const kept = accepted.filter(({ bytes }, at) => bytes.length === blocks[at]?.length).length;
  expect(accepted).toHaveLength(20);
  expect(kept).toBe(1 + Math.floor(total / (signEveryBytes + 10_000)));
  // … and the certificate.
  expect(verified).toBe(kept + 1);
});

test("of a flood of bad signatures only as many are looked at as a neighbour may send", async () => {
  const world = new JournalWorld();
  const author = await world.author();
  const forger = await world.session();
  const reader = world.journal();
  await reader.receive(bytesOf(await author.write("0")));
  let prev = author.headId;
  const flood: Uint8Array[] = [];
  for (let seq = 1; seq <= 50; seq++) {
    const forged = await world.forge(author.session, { header: { seq, prev }, signer: forger });
    prev = idOf(world, forged);
    flood.push(forged);
  }
  expect((await reader.receive(flood)).refused).toHaveLength(16);
});
