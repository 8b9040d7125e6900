import fc from "fast-check";
import { expect, test } from "vitest";
import { blockIdOf, journalIdOf, peerIdOf, sessionIdOf } from "../ids.js";
import type { Head } from "../journal/frontier.js";
import { limits } from "../limits.js";
import { decodeMessage, encodeMessage, type Message } from "./messages.js";

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const journal = bytes(16).map(journalIdOf);
const session = bytes(16).map(sessionIdOf);
const seq = fc.maxSafeNat();
const durable = fc.boolean();
const head: fc.Arbitrary<Head> = fc.record({ seq, id: bytes(32).map(blockIdOf) });
const mapOf = <Value>(value: fc.Arbitrary<Value>) =>
  fc.array(fc.tuple(session, value), { maxLength: 5 }).map((entries) => new Map(entries));
const sealed = fc.uint8Array({ maxLength: 100 });

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constant("digest" as const), journal, digest: bytes(32), durable }),
  fc.record({
    type: fc.constant("frontier" as const),
    journal,
    frontier: mapOf(head),
    durable,
    want: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("blocks" as const),
    journal,
    blocks: fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }),
  }),
  fc.record({ type: fc.constantFrom("end" as const, "absent" as const), journal }),
  fc.record({ type: fc.constant("receipt" as const), journal, stored: mapOf(seq) }),
  fc.record({
    type: fc.constant("links" as const),
    peers: fc.array(bytes(16).map(peerIdOf), { maxLength: 9 }),
  }),
  fc.record({ type: fc.constantFrom("presence" as const, "channel" as const), sealed }),
  fc.record({ type: fc.constantFrom("ping" as const, "pong" as const) }),
);

test("decode of encode is the message", () => {
  void fc.assert(
    fc.property(message, (given) => {
      expect(decodeMessage(encodeMessage(given))).toEqual(given);
    }),
    { numRuns: 500 },
  );
});

test("decoding random bytes never throws", () => {
  void fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
      const read = decodeMessage(random);
      if ((random[0] ?? 255) > 10) expect(read).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});

test("a message cut short or with a byte more is not a message", () => {
  void fc.assert(
    fc.property(
      message.filter(({ type }) => type !== "presence" && type !== "channel"),
      (given) => {
        const encoded = encodeMessage(given);
        expect(decodeMessage(encoded.subarray(0, -1))).toBeUndefined();
        expect(decodeMessage(Uint8Array.of(...encoded, 0))).toBeUndefined();
      },
    ),
  );
});

test("a count that promises more than the bytes hold is refused before anything is made of it", () => {
  // links, 2^31 of them
  expect(decodeMessage(Uint8Array.of(6, 0x80, 0x80, 0x80, 0x80, 0x08))).toBeUndefined();
});

test("the frontier of a journal full of sessions fits into one message", () => {
  const frontier = new Map(
    Array.from({ length: limits.maxSessions }, (_, at) => {
      const id = new Uint8Array(16);
      new DataView(id.buffer).setUint32(0, at);
      return [sessionIdOf(id), { seq: Number.MAX_SAFE_INTEGER, id: blockIdOf(new Uint8Array(32)) }];
    }),
  );
  const encoded = encodeMessage({
    type: "frontier",
    journal: journalIdOf(new Uint8Array(16)),
    frontier,
    durable: true,
    want: true,
  });
  expect(encoded.length).toBeLessThanOrEqual(limits.maxMessageBytes);
  expect(decodeMessage(encoded)).toMatchObject({ type: "frontier" });
});
