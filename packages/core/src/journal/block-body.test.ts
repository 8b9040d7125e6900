import * as fc from "fast-check";
import { expect, test } from "vitest";
import { contentOf } from "../../test/journal-world.js";
import { sessionIdOf } from "../ids.js";
import { limits } from "../limits.js";
import { padmeLength } from "../sealing/padme.js";
import { type BlockBody, decodeBody, encodeBody, maxSeedLength } from "./block-body.js";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anyBody: fc.Arbitrary<BlockBody> = fc
  .record({
    deps: fc.array(fc.record({ session: bytes(16).map(sessionIdOf), seq: fc.maxSafeNat(), id: bytes(16) })),
    auth: fc.oneof(bytes(0), bytes(16)),
    lane: fc.constant(0),
    wallMs: fc.maxSafeNat(),
    device: fc.option(fc.record({ publicKey: bytes(32), certificate: bytes(64) }), { nil: undefined }),
    content: fc.record({
      origin: fc.constantFrom("own" as const, "import" as const),
      version: fc.constantFrom(1 as const, 2 as const),
      clock: fc.maxSafeNat(),
      clockLength: fc.maxSafeNat(),
      seed: fc.string({ unit: "grapheme", maxLength: 20 }),
      more: fc.boolean(),
      payload: fc.uint8Array({ maxLength: 300 }),
    }),
  })
  .map(({ device, ...rest }) => (device ? { ...rest, device } : rest));

const plain: BlockBody = { deps: [], auth: new Uint8Array(0), lane: 0, wallMs: 1, content: contentOf("hi") };

test("decode of an encoded body is that body", () => {
  void fc.assert(
    fc.property(anyBody, (body) => {
      expect(decodeBody(encodeBody(body))).toEqual(body);
    }),
  );
});

test("its length is a padded one", () => {
  void fc.assert(
    fc.property(anyBody, (body) => {
      const { length } = encodeBody(body);
      expect(padmeLength(length)).toBe(length);
    }),
  );
  const lengths = Array.from(
    { length: 64 },
    (_, at) => encodeBody({ ...plain, content: contentOf("x".repeat(1000 + at)) }).length,
  );
  expect(new Set(lengths).size).toBeLessThan(4);
});

test("random bytes never throw", () => {
  void fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
      const body = decodeBody(junk);
      if (body) expect(decodeBody(encodeBody(body))).toEqual(body);
    }),
  );
});

test("mutated bytes never throw, and what they still say stays within bounds", () => {
  void fc.assert(
    fc.property(anyBody, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1 }), (body, edits) => {
      const changed = encodeBody(body);
      for (const [at, byte] of edits) changed[at % changed.length] = byte;
      const read = decodeBody(changed);
      if (!read) return;
      expect(read.deps.length).toBeLessThanOrEqual(limits.maxBlockDeps);
      expect(read.content.payload.length).toBeLessThanOrEqual(changed.length);
      expect(Number.isSafeInteger(read.content.clock)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test.each<[string, BlockBody]>([
  ["a lane that nobody knows yet", { ...plain, lane: 1 }],
  ["access heads of another length", { ...plain, auth: new Uint8Array(8) }],
  [
    "a seed's name that is too long",
    { ...plain, content: { ...plain.content, seed: "x".repeat(maxSeedLength + 1) } },
  ],
  [
    "a payload that is too long",
    { ...plain, content: { ...plain.content, payload: new Uint8Array(limits.maxBlockPayloadBytes + 1) } },
  ],
])("%s makes a body unreadable", (_, body) => {
  expect(decodeBody(encodeBody(body))).toBeUndefined();
});

test("padding is zeros: nothing can hide behind the body", () => {
  const encoded = encodeBody({ ...plain, content: contentOf("x".repeat(201)) });
  expect(encoded.at(-1)).toBe(0);
  encoded[encoded.length - 1] = 1;
  expect(decodeBody(encoded)).toBeUndefined();
});

test("a clock before 1970 or between two milliseconds is still written", () => {
  expect(decodeBody(encodeBody({ ...plain, wallMs: -5 }))?.wallMs).toBe(0);
  expect(decodeBody(encodeBody({ ...plain, wallMs: 1_700_000_000_000.5 }))?.wallMs).toBe(1_700_000_000_000);
});

test("a payload does not keep the whole body in memory", () => {
  const payload = decodeBody(encodeBody(plain))?.content.payload;
  expect(payload?.buffer.byteLength).toBe(payload?.length);
});
