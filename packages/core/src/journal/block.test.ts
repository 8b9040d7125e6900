import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, JournalWorld } from "../../test/journal-world.js";
import { toHex } from "../ids.js";
import { limits } from "../limits.js";
import { encodeBlock, encodeHeader, parseBlock, unsigned, zeroId } from "./block.js";

const world = new JournalWorld();
const room = world.context.keys.roomIdBytes;
const author = await world.author();
const [open, data] = bytesOf(await author.write("first", "second"));
if (!open || !data) throw new Error("two blocks were written");

test("one block of each kind, byte for byte: the format cannot change unnoticed", () => {
  expect(toHex(open)).toMatchInlineSnapshot(
    `"01010066c5c796e5a0209d31aacdb97e97965359266c74fcc2e7c7b5dc9931f24b93880000000000000000000000000000000000000000000000000000000000000000008e228152459199eec285708f2893e4f5de4be182efb42aadf221fa29631e6653a8828813ceda452a1b1c7b557f7a093c944f285a365ca03e7ff52ab933fdb8357972483b6250892d88012df8aec2bf3b9c16080d9cb21b16663d0201e87705cf8b60e4add7e47ba484b7de0c246ab3f7c17162011f15e197d12807cc6eeb0ff5c7c75db5b911d670b5d661a54ec8cc713bfd7d41d43cf6eb10f9967335cf9359c4039459a6cbda4282eaed8c7a61d06a43f40cd871667ce96bd787a41545b683d3cfcebe18c89713399e123a01adbf358a4900"`,
  );
  expect(toHex(data)).toMatchInlineSnapshot(
    `"01010166c5c796e5a0209d31aacdb97e97965359266c74fcc2e7c7b5dc9931f24b938801e660e5d546d8e405017d48b501843e55f99ab1cfacf726a83c9d5cedcde1dcde8e228152459199eec285708f2893e4f54de44a24a78c531e24114daca61d828536ca40fdf4de002e26e23026177a388e03bca378020dd7aca7e09b453fd705110f827469bd6e03ae04facecd9913600163b7d1e79986a5e141d3ba1c6855ea46ae5864d7d85283bd4f95d77289420d6c940813d6b2c693ffc30fdbebae8383c5a0ada524c16c5709a0141dcdb6137a0f"`,
  );
});

test("encoding what was parsed gives the same bytes", () => {
  for (const bytes of [open, data]) {
    const block = parseBlock(bytes, room);
    if (!block) throw new Error("it is a block");
    expect(encodeHeader(block, block.ciphertext.length)).toEqual(block.header);
    expect(encodeBlock(block.header, block.ciphertext, block.signature)).toEqual(bytes);
  }
});

test("fields are what was written: the chain, the key in its first block, the signature on its last", () => {
  const [first, second] = [parseBlock(open, room), parseBlock(data, room)];
  expect(first).toMatchObject({ kind: "open", seq: 0, prev: zeroId, signature: undefined });
  expect(first).toMatchObject({ session: author.session.id, sessionKey: author.session.keys.publicKey });
  expect(second).toMatchObject({ kind: "data", seq: 1, prev: first?.idBytes });
  expect(second?.sessionKey).toBeUndefined();
  expect(second?.signature).toHaveLength(64);
  expect(toHex(second?.idBytes ?? zeroId)).toBe(second?.id);
});

test("an id covers everything but the signature", () => {
  const block = parseBlock(data, room);
  if (!block) throw new Error("it is a block");
  const bare = unsigned(block);
  expect(bare.bytes).toHaveLength(data.length - 64);
  expect(parseBlock(bare.bytes, room)).toMatchObject({ id: block.id, signature: undefined });
  const ids = new Set([block.id]);
  for (let at = 0; at < data.length - 65; at++) {
    const changed = data.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    const parsed = parseBlock(changed, room);
    if (parsed) ids.add(parsed.id);
  }
  expect(ids.size).toBeGreaterThan(data.length - 65 - 16);
  expect(parseBlock(data, new Uint8Array(32))?.id).not.toBe(block.id);
});

describe("bytes from outside never throw", () => {
  test("random ones are no block", () => {
    void fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(parseBlock(bytes, room)).toBeUndefined();
      }),
    );
  });

  test("mutated ones are no block, or one whose bytes are its own", () => {
    const edit = fc.tuple(fc.nat(data.length - 1), fc.nat(255));
    void fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), fc.nat(data.length), (edits, length) => {
        const changed = data.slice();
        for (const [at, byte] of edits) changed[at] = byte;
        expect(parseBlock(changed.subarray(0, length), room)?.bytes.length ?? length).toBe(length);
      }),
      { numRuns: 1000 },
    );
  });

  test("cut anywhere or made longer they are no block", () => {
    for (let length = 0; length < data.length; length++) {
      expect(parseBlock(data.subarray(0, length), room)).toBeUndefined();
    }
    const longer = new Uint8Array(data.length + 1);
    longer.set(data);
    expect(parseBlock(longer, room)).toBeUndefined();
  });

  test("more than the limit is not looked at", () => {
    expect(parseBlock(new Uint8Array(limits.maxBlockBytes + 1), room)).toBeUndefined();
  });
});

test("an open block has seq 0 and nothing before it, and only an open block has", async () => {
  const { session } = author;
  const prev = new Uint8Array(32).fill(1);
  expect(parseBlock(await world.forge(session), room)).toBeDefined();
  expect(parseBlock(await world.forge(session, { header: { prev } }), room)).toBeUndefined();
  expect(parseBlock(await world.forge(session, { header: { kind: "data" } }), room)).toBeUndefined();
  expect(parseBlock(await world.forge(session, { header: { seq: 1, kind: "open" } }), room)).toBeUndefined();
});

test("a ciphertext without room for its tag is no block", () => {
  const block = parseBlock(data, room);
  if (!block) throw new Error("it is a block");
  const short = new Uint8Array(15);
  expect(parseBlock(encodeBlock(encodeHeader(block, 15), short), room)).toBeUndefined();
});

test("a block from the middle of a larger buffer does not keep that buffer, nor follow its changes", () => {
  const larger = new Uint8Array(10_000);
  larger.set(data, 100);
  const block = parseBlock(larger.subarray(100, 100 + data.length), room);
  larger.fill(0);
  expect(block?.bytes).toEqual(data);
  expect(block?.bytes.buffer.byteLength).toBe(data.length);
  expect(block?.ciphertext.buffer).toBe(block?.bytes.buffer);
});
