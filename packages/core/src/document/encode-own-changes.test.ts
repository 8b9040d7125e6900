import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { applyUpdates, canonicalState, clockOf, encodeOwnChanges, mergeDeletions } from "./yjs.js";

const client = 7;

/** Some edits of every sort, long texts and surrogate pairs among them. */
const edit = fc.oneof(
  fc.record({
    kind: fc.constant("text" as const),
    at: fc.nat(),
    words: fc.string({ unit: "grapheme", maxLength: 400 }),
  }),
  fc.record({ kind: fc.constant("erase" as const), at: fc.nat(), length: fc.nat({ max: 50 }) }),
  fc.record({ kind: fc.constant("map" as const), value: fc.integer() }),
  fc.record({ kind: fc.constant("nested" as const), words: fc.string({ maxLength: 20 }) }),
  fc.record({ kind: fc.constant("bytes" as const), length: fc.nat({ max: 500 }) }),
);

const write = (doc: Y.Doc, step: typeof edit extends fc.Arbitrary<infer Step> ? Step : never): void => {
  const text = doc.getText("text");
  switch (step.kind) {
    case "text":
      text.insert(step.at % (text.length + 1), step.words);
      break;
    case "erase": {
      const at = step.at % (text.length + 1);
      text.delete(at, Math.min(step.length, text.length - at));
      break;
    }
    case "map":
      doc.getMap("map").set("key", step.value);
      break;
    case "nested":
      doc.getArray("array").push([new Y.Text(step.words)]);
      break;
    case "bytes":
      doc.getArray("array").push([new Uint8Array(step.length)]);
      break;
    default:
      step satisfies never;
  }
};

test("changes cut into small updates make the same document, in both encodings and from any clock", () => {
  fc.assert(
    fc.property(
      fc.array(edit, { maxLength: 12 }),
      fc.array(edit, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 40, max: 600 }),
      fc.constantFrom(1 as const, 2 as const),
      (before, after, maxBytes, version) => {
        const doc = new Y.Doc();
        doc.clientID = client;
        for (const step of before) write(doc, step);
        const other = new Y.Doc();
        Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
        const from = clockOf(doc, client);
        const deletions: Y.Transaction["deleteSet"][] = [];
        doc.on("afterTransaction", ({ deleteSet }) => deletions.push(deleteSet));
        for (const step of after) write(doc, step);
        const updates = encodeOwnChanges(doc, client, from, mergeDeletions(deletions), version, maxBytes);
        let clock = from;
        for (const update of updates) {
          expect(update.clock).toBe(clock);
          clock += update.length;
          applyUpdates(other, [update], "test");
          expect(other.store.pendingStructs).toBeNull();
        }
        expect(clock).toBe(clockOf(doc, client));
        expect(canonicalState(other)).toEqual(canonicalState(doc));
      },
    ),
  );
});

test("a text of 10 MB becomes updates of about 1 MiB", () => {
  const doc = new Y.Doc();
  doc.clientID = client;
  doc.getText("text").insert(0, "0123456789".repeat(1_000_000));
  const updates = encodeOwnChanges(doc, client, 0, mergeDeletions([]), 1, 1_048_576);
  expect(updates).toHaveLength(10);
  expect(Math.max(...updates.map(({ bytes }) => bytes.length))).toBeLessThan(1_100_000);
});
