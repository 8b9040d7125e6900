import { type SimDevice, World } from "@manyhands/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { FrameLog } from "../../test/frame-log.js";

let world: World;
let a: SimDevice;
let b: SimDevice;
beforeEach(async () => {
  world = new World();
  a = await world.device("a");
  b = await world.device("b");
  await world.settle();
});
afterEach(async () => {
  await world.close();
});

const docAt = (parent: Y.Doc, key: string): Y.Doc => {
  const found = parent.getMap<unknown>("docs").get(key);
  if (!(found instanceof Y.Doc)) throw new Error(`no subdocument ${key}`);
  return found;
};

const add = (parent: Y.Doc, key: string): Y.Doc => {
  const sub = new Y.Doc({ guid: `guid of ${key}` });
  parent.getMap<unknown>("docs").set(key, sub);
  sub.load();
  return sub;
};

const textOf = (doc: Y.Doc): string => doc.getText("text").toString();

test("a subdocument syncs once both have loaded it, and not before", async () => {
  const mine = add(a.room.doc, "x");
  mine.getText("text").insert(0, "below");
  await world.settle();
  const theirs = docAt(b.room.doc, "x");
  expect(textOf(theirs)).toBe("");
  theirs.load();
  await theirs.whenLoaded;
  await world.settle();
  expect(textOf(theirs)).toBe("below");
  theirs.getText("text").insert(0, "from ");
  await world.settle();
  expect(textOf(mine)).toBe("from below");
});

test("of a hundred subdocuments only those that are loaded are fetched, over one link", async () => {
  for (let at = 0; at < 100; at++) add(a.room.doc, `${at}`).getText("text").insert(0, `content of ${at}`);
  await world.settle();
  const log = new FrameLog(world.network);
  for (const at of [3, 77]) docAt(b.room.doc, `${at}`).load();
  await world.settle();
  expect(textOf(docAt(b.room.doc, "77"))).toBe("content of 77");
  expect(textOf(docAt(b.room.doc, "4"))).toBe("");
  expect(log.of("blocks").filter(({ to }) => to === "b")).toHaveLength(2);
  expect(b.room.state.peers).toHaveLength(1);
});

test("what is written before a subdocument is loaded counts once, and counts as unsaved until it is stored", async () => {
  const sub = new Y.Doc({ guid: "early" });
  sub.getText("text").insert(0, "early");
  a.room.doc.getMap<unknown>("docs").set("x", sub);
  sub.load();
  await a.room.whenSaved();
  await a.stop();
  await a.start();
  await a.room.whenLoaded();
  const again = docAt(a.room.doc, "x");
  again.load();
  await world.run(100);
  expect(textOf(again)).toBe("early");
});

test("a subdocument that was destroyed and is loaded again goes on where it was, for everyone", async () => {
  const mine = add(a.room.doc, "x");
  await world.run(1_000);
  const theirs = docAt(b.room.doc, "x");
  theirs.load();
  mine.getText("text").insert(0, "one ");
  await world.settle();
  for (const words of ["two ", "three "]) {
    docAt(a.room.doc, "x").destroy();
    // At once: the old one may not have let go yet.
    const again = docAt(a.room.doc, "x");
    again.load();
    await again.whenLoaded;
    again.getText("text").insert(again.getText("text").length, words);
    await world.settle();
  }
  expect(textOf(docAt(a.room.doc, "x"))).toBe("one two three ");
  expect(textOf(theirs)).toBe("one two three ");
});

test("edits made right before a subdocument is destroyed are kept and spread", async () => {
  const mine = add(a.room.doc, "x");
  await world.run(1_000);
  const theirs = docAt(b.room.doc, "x");
  theirs.load();
  await world.settle();
  mine.getText("text").insert(0, "last words");
  mine.destroy();
  await world.settle();
  expect(textOf(theirs)).toBe("last words");
});

test("nested subdocuments sync, and go with the one above them", async () => {
  const outer = add(a.room.doc, "outer");
  const inner = add(outer, "inner");
  inner.getText("text").insert(0, "deep");
  await world.settle();
  const outerB = docAt(b.room.doc, "outer");
  outerB.load();
  await world.settle();
  const innerB = docAt(outerB, "inner");
  innerB.load();
  await world.settle();
  expect(textOf(innerB)).toBe("deep");
  b.room.doc.getMap("docs").delete("outer");
  await world.settle();
  const log = new FrameLog(world.network);
  b.room.wake();
  await world.run(120_000);
  // One document is left on each side to be compared.
  const journals = new Set(log.of("digest").map(({ message }) => "journal" in message && message.journal));
  expect(journals.size).toBe(1);
});

test("a second Y.Doc of the same guid is refused with a reason, and the first goes on", async () => {
  const first = add(a.room.doc, "x");
  await world.settle();
  const second = new Y.Doc({ guid: first.guid });
  a.room.doc.getMap<unknown>("docs").set("y", second);
  second.load();
  await world.settle();
  expect(a.room.state.problem).toMatchObject({ code: "invalid-option" });
  first.getText("text").insert(0, "first");
  const theirs = docAt(b.room.doc, "x");
  theirs.load();
  await world.settle();
  expect(textOf(theirs)).toBe("first");
});

test("seeds go into a loaded subdocument, and a stranger is refused", async () => {
  const mine = add(a.room.doc, "x");
  await world.run(100);
  await a.room.seed("v1", (doc) => doc.getText("text").insert(0, "seeded"), mine);
  expect(textOf(mine)).toBe("seeded");
  await expect(a.room.seed("v1", () => undefined, new Y.Doc())).rejects.toMatchObject({
    code: "invalid-option",
  });
});
