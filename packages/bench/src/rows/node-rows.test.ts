import { expect, test } from "vitest";
import { simulateIdle } from "../idle-simulated.bench.js";
import { measureBundleSize } from "./bundle-size.bench.js";
import { measureJournalOpen } from "./journal-open.bench.js";
import { measureRemoteEdits } from "./remote-edits.bench.js";
import { measureResync } from "./resync.bench.js";

/** The measurements throw when what they measured came out wrong: a small run of each shows that they still work. */
test("opening a journal", async () => {
  const rows = await measureJournalOpen({ edits: 300, rounds: 1 });
  expect(rows.map(({ ours }) => ours)).toEqual([expect.stringMatching(/^[\d.,]+ ms$/)]);
});

test("remote edits, as a stream and one by one", async () => {
  const rows = await measureRemoteEdits({ edits: 320, rounds: 1 });
  expect(rows).toHaveLength(2);
});

test("resync: even costs two digests, one character far less than the document", async () => {
  const [even, oneBehind] = await measureResync({ edits: 300 });
  expect(even?.ours).toBe("102 B");
  expect(oneBehind?.ours).toMatch(/^\d{3} B$/);
});

test("a quiet room says something, but little", async () => {
  const { bytesPerSecond } = await simulateIdle(3, 2);
  expect(bytesPerSecond).toBeGreaterThan(0.1);
  expect(bytesPerSecond).toBeLessThan(100);
});

test("bundles", async () => {
  const [row] = await measureBundleSize();
  expect(row?.ours).toMatch(/^\d\d,\d{3} B$/);
});
