import { expect, test } from "vitest";
import * as Y from "yjs";
import { createGate } from "./gate.js";
import { keepAdjacent, keepPure } from "./pure-doc.js";
import type { Verdict } from "./verdict.js";

/** Undoes a deletion inside a type that was itself undone, after something else was put there. */
const undoIntoRestoredType = (prepare: (doc: Y.Doc) => void): { verdicts: Verdict[]; doc: Y.Doc } => {
  const doc = new Y.Doc();
  doc.clientID = 5;
  prepare(doc);
  const gate = createGate();
  const verdicts: Verdict[] = [];
  let clock = 0;
  doc.on("update", (update: Uint8Array) => {
    verdicts.push(gate.admit({ update, version: 1, client: 5, clock, deps: new Map() }));
    clock = Y.getState(doc.store, 5);
  });
  const root = doc.getArray<Y.Array<string>>("root");
  root.insert(0, [Y.Array.from(["a", "b", "c"])]);
  const undo = new Y.UndoManager(root, { captureTimeout: 0 });
  root.get(0).delete(1);
  root.delete(0);
  undo.undo();
  root.get(0).insert(1, ["x"]);
  undo.undo();
  undo.undo();
  expect(root.toJSON()).toEqual([["a", "b", "c"]]);
  return { verdicts, doc };
};

test("Yjs's undo alone can make an element that every gate refuses", () => {
  const { verdicts } = undoIntoRestoredType(() => {});
  expect(verdicts.at(-1)).toEqual({ ok: false, reason: "not-adjacent" });
});

test("a document that keeps neighbours adjacent passes, and others get what it shows", () => {
  const { verdicts, doc } = undoIntoRestoredType(keepAdjacent);
  const other = new Y.Doc();
  for (const verdict of verdicts) {
    if (!verdict.ok) expect.fail(verdict.reason);
    Y.applyUpdate(other, verdict.bytes);
  }
  expect(other.getArray("root").toJSON()).toEqual(doc.getArray("root").toJSON());
});

/** How many updates a reader makes himself when two others have made the same text bold at once. */
const countOwnUpdates = (reader: Y.Doc): number => {
  const [one, two] = [new Y.Doc(), new Y.Doc()];
  one.getText("t").insert(0, "abc");
  Y.applyUpdate(two, Y.encodeStateAsUpdate(one));
  for (const doc of [one, two]) doc.getText("t").format(0, 3, { bold: true });
  let count = 0;
  reader.getText("t");
  reader.on("update", (_: Uint8Array, origin: unknown) => {
    if (origin !== "remote") count++;
  });
  for (const doc of [one, two]) Y.applyUpdate(reader, Y.encodeStateAsUpdate(doc), "remote");
  return count;
};

test("a pure document makes no deletions of its own when others format", () => {
  expect(countOwnUpdates(new Y.Doc())).toBeGreaterThan(0);
  const reader = new Y.Doc();
  const undo = keepPure(reader);
  expect(countOwnUpdates(reader)).toBe(0);
  undo();
});
