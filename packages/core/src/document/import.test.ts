import { expectConverged, World } from "@manyhands/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { FrameLog } from "../../test/frame-log.js";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => {
  await world.close();
});

const docWith = (words: string): Y.Doc => {
  const doc = new Y.Doc();
  doc.getText("text").insert(0, words);
  return doc;
};

test("what a doc held before the room becomes part of the room, deletions included", async () => {
  const doc = docWith("before the room");
  doc.getText("text").delete(0, 7);
  const a = await world.device("a", { doc });
  const b = await world.device("b");
  await world.settle();
  expect(a.text).toBe("the room");
  expect(b.text).toBe("the room");
  await expectConverged(world);
});

test("edits made before the store is loaded count exactly once, over reloads", async () => {
  const a = await world.device("a");
  a.type("early ");
  await a.room.whenLoaded();
  a.type("late");
  await world.settle();
  for (let reload = 0; reload < 3; reload++) {
    await a.stop();
    await a.start();
    await a.room.whenLoaded();
    expect(a.text).toBe("early late");
  }
  const b = await world.device("b");
  await world.settle();
  expect(b.text).toBe("early late");
});

test("edits made before loading join what the store had", async () => {
  const a = await world.device("a");
  await a.room.whenLoaded();
  a.type("stored");
  await world.settle();
  await a.stop();
  await a.start();
  a.type("early ", 0);
  await a.room.whenLoaded();
  const b = await world.device("b");
  await world.settle();
  expect(a.text).toContain("stored");
  expect(a.text).toContain("early ");
  expect(b.text).toBe(a.text);
});

test("a room that is opened again on the same doc has its content once and writes nothing new", async () => {
  const doc = docWith("once");
  const a = await world.device("a", { doc });
  const b = await world.device("b");
  await world.settle();
  const log = new FrameLog(world.network);
  for (let reload = 0; reload < 3; reload++) {
    await a.stop();
    await a.start();
    await world.settle();
  }
  expect(log.of("blocks")).toEqual([]);
  expect(a.text).toBe("once");
  expect(b.text).toBe("once");
});

test("another provider's updates reach the room, as imports, once", async () => {
  const a = await world.device("a");
  const b = await world.device("b");
  await world.settle();
  const elsewhere = docWith("from elsewhere");
  Y.applyUpdate(a.room.doc, Y.encodeStateAsUpdate(elsewhere), "another provider");
  Y.applyUpdate(b.room.doc, Y.encodeStateAsUpdate(elsewhere), "another provider");
  await world.settle();
  expect(a.text).toBe("from elsewhere");
  expect(b.text).toBe("from elsewhere");
  await expectConverged(world);
});

test("an observer that throws, in the middle of loading or live, does not stop the room", async () => {
  const a = await world.device("a");
  a.type("one ");
  await world.settle();
  const doc = new Y.Doc();
  doc.getText("text").observe(() => {
    throw new Error("a bug of the app");
  });
  const b = await world.device("b", { doc });
  await world.settle();
  a.type("two");
  await world.settle();
  expect(b.text).toBe("one two");
  await b.stop();
  await b.start();
  await b.room.whenLoaded();
  expect(b.text).toBe("one two");
});

test("undo takes back one's own edits alone: not what was loaded, seeded or written by others", async () => {
  const a = await world.device("a");
  const b = await world.device("b");
  a.type("loaded ");
  await world.settle();
  await a.stop();
  await a.start();
  const undo = new Y.UndoManager(a.room.doc.getText("text"));
  await a.room.whenLoaded();
  await a.room.seed("v1", (doc) => doc.getText("text").insert(0, "seeded "));
  expect(undo.canUndo()).toBe(false);
  await world.settle();
  a.type("mine");
  await world.run(100);
  b.type(" theirs", b.text.length);
  await world.settle();
  undo.undo();
  await world.settle();
  expect(a.text).not.toContain("mine");
  for (const words of ["loaded", "seeded", "theirs"]) expect(a.text).toContain(words);
  expect(b.text).toBe(a.text);
  undo.redo();
  await world.settle();
  expect(b.text).toContain("mine");
});
