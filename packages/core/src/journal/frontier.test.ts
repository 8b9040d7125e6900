import * as fc from "fast-check";
import { expect, test } from "vitest";
import { blockIdOf, sessionIdOf, toHex } from "../ids.js";
import { limits } from "../limits.js";
import * as codec from "../wire/codec.js";
import { encodeFrontier, type Frontier, frontierDigest, readFrontier } from "./frontier.js";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anyEntry = fc.tuple(
  bytes(16).map(sessionIdOf),
  fc.record({ seq: fc.maxSafeNat(), id: bytes(32).map(blockIdOf) }),
);
const anyFrontier: fc.Arbitrary<Frontier> = fc
  .array(anyEntry, { maxLength: 8 })
  .map((entries) => new Map(entries));
const decode = (encoded: Uint8Array): Frontier | undefined => codec.decode(encoded, readFrontier);

test("decode of an encoded frontier is that frontier", () => {
  void fc.assert(
    fc.property(anyFrontier, (frontier) => {
      expect(decode(encodeFrontier(frontier))).toEqual(frontier);
    }),
  );
});

test("digests are equal for equal frontiers, in whatever order they grew, and for no others", () => {
  void fc.assert(
    fc.property(anyFrontier, anyEntry, (frontier, [session, head]) => {
      const turned = new Map([...frontier].reverse());
      expect(frontierDigest(turned)).toEqual(frontierDigest(frontier));
      const other = new Map([...frontier, [session, head]]);
      if (toHex(encodeFrontier(other)) !== toHex(encodeFrontier(frontier)))
        expect(frontierDigest(other)).not.toEqual(frontierDigest(frontier));
    }),
  );
});

test("bytes have one form: what can be read is written back the same", () => {
  void fc.assert(
    fc.property(anyFrontier, fc.array(fc.tuple(fc.nat(), fc.nat(255))), (frontier, edits) => {
      const changed = encodeFrontier(frontier);
      for (const [at, byte] of edits) changed[at % changed.length] = byte;
      const read = decode(changed);
      if (read) expect(encodeFrontier(read)).toEqual(changed);
    }),
    { numRuns: 500 },
  );
});

test("random bytes never throw", () => {
  void fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
      const read = decode(junk);
      if (read) expect(encodeFrontier(read)).toEqual(junk);
    }),
  );
});

test("more sessions than the limit are refused before they are read", () => {
  const tooMany = codec.encode((to) => {
    codec.writeVarUint(to, limits.maxSessions + 1);
    codec.writeUint8Array(to, new Uint8Array(49 * (limits.maxSessions + 1)));
  });
  expect(decode(tooMany)).toBeUndefined();
});
