import { World } from "@manyhands/testing";
import { afterEach, expect, test } from "vitest";
import * as Y from "yjs";
import { limits } from "../limits.js";

let world: World;
afterEach(async () => {
  await world.close();
});

test("a value that others cannot take stays unsaved with what follows, is told, and holds up nobody else", async () => {
  world = new World();
  const a = await world.device("a");
  const b = await world.device("b");
  await world.settle();
  a.room.doc.getMap("files").set("film", new Uint8Array(limits.maxUpdateBytes + 1));
  a.type("after it");
  b.type("meanwhile");
  await world.run(2_000);
  expect(a.room.state.problem?.code).toBe("too-large");
  expect(a.room.state.saved.here).toBe(false);
  await expect(a.room.whenSaved()).rejects.toMatchObject({ code: "too-large" });
  expect(b.text).toBe("meanwhile");
  expect(b.room.doc.store.pendingStructs).toBeNull();
  expect(a.text).toContain("meanwhile");

  a.room.doc.getMap("files").delete("film");
  await world.settle();
  expect(a.room.state.problem).toBeUndefined();
  expect(a.room.state.saved.here).toBe(true);
  expect(b.text).toBe(a.text);
  expect(b.text).toContain("after it");
});

test("an import that others cannot take holds back what may rest on it", async () => {
  world = new World();
  const doc = new Y.Doc();
  doc.getMap("files").set("film", new Uint8Array(limits.maxUpdateBytes + 1));
  const a = await world.device("a", { doc });
  const b = await world.device("b");
  await world.run(2_000);
  a.type("on top");
  await world.run(2_000);
  expect(a.room.state.problem?.code).toBe("too-large");
  expect(a.room.state.saved.here).toBe(false);
  expect(b.text).toBe("");
  expect(b.room.doc.store.pendingStructs).toBeNull();
});
