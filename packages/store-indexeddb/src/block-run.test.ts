import type { JournalId, SessionId } from "@manyhands/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { packRuns, spanOfKey, unpackRun } from "./block-run.js";

const journal = "a".repeat(32) as JournalId;
const sessions = ["b", "c"].map((letter) => letter.repeat(32) as SessionId);
const someBlocks = fc
  .uniqueArray(
    fc.record({
      session: fc.constantFrom(...sessions),
      seq: fc.integer({ min: 0, max: 30 }),
      bytes: fc.uint8Array({ maxLength: 40 }),
    }),
    { selector: ({ session, seq }) => `${session}/${seq}` },
  )
  .map((blocks) => blocks.map((block) => ({ ...block, bytes: Uint8Array.from(block.bytes) })));
const named = (blocks: readonly { session: string; seq: number; bytes: Uint8Array }[]) =>
  blocks.map(({ session, seq, bytes }) => `${session} ${seq} ${[...bytes]}`).sort();

test("packing loses nothing, keeps runs without gaps and records within their bound", () => {
  fc.assert(
    fc.property(someBlocks, fc.integer({ min: 50, max: 200 }), (blocks, maxBytes) => {
      const runs = packRuns(journal, blocks, maxBytes);
      expect(named(runs.flatMap((run) => unpackRun(run) ?? []))).toEqual(named(blocks));
      for (const run of runs) {
        expect(run.packed.length <= maxBytes || run.from === run.to).toBe(true);
        expect(unpackRun(run)?.map(({ seq }) => seq)).toEqual(
          Array.from({ length: run.to - run.from + 1 }, (_, at) => run.from + at),
        );
      }
    }),
    { seed: 1 },
  );
});

test("unpackRun never throws, whatever stands in the record", () => {
  const anyRecord = fc.record(
    {
      session: fc.oneof(fc.constantFrom(...sessions), fc.anything()),
      from: fc.oneof(fc.nat(9), fc.anything()),
      to: fc.oneof(fc.nat(9), fc.constant(2 ** 40), fc.anything()),
      packed: fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.anything()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(anyRecord, fc.anything()), (record) => {
      const blocks = unpackRun(record);
      expect(blocks === undefined || blocks.length > 0).toBe(true);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test("a record with a byte too few or too many does not parse", () => {
  const [run] = packRuns(
    journal,
    [{ session: sessions[0] ?? neverMissing(), seq: 0, bytes: Uint8Array.of(1, 2) }],
    99,
  );
  if (!run) throw new Error("nothing was packed");
  expect(unpackRun(run)).toHaveLength(1);
  expect(unpackRun({ ...run, packed: run.packed.slice(0, -1) })).toBeUndefined();
  expect(unpackRun({ ...run, packed: Uint8Array.of(...run.packed, 0) })).toBeUndefined();
  expect(unpackRun({ ...run, to: 1 })).toBeUndefined();
});

test("spanOfKey reads only keys of runs", () => {
  expect(spanOfKey([journal, "b", 7, 3])).toEqual({ from: 3, to: 7 });
  for (const key of ["x", [journal], [journal, "b", 3, 7], [journal, "b", "7", 3]])
    expect(spanOfKey(key)).toBeUndefined();
});

const neverMissing = (): never => {
  throw new Error("no session");
};
