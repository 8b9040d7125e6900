import { SeededRandom, type SimDevice, World } from "@manyhands/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { FrameLog } from "../../test/frame-log.js";
import { peerIdOf } from "../ids.js";
import { limits } from "../limits.js";
import { openPresence, sealPresence } from "./presence-frame.js";

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

/** What `device` sees of the others. */
const seenBy = ({ room }: SimDevice): object[] =>
  [...room.awareness.getStates()]
    .filter(([client]) => client !== room.awareness.clientID)
    .map(([, state]) => state);

test("the default state {} is seen at once", () => {
  expect(seenBy(a)).toEqual([{}]);
  expect(seenBy(b)).toEqual([{}]);
});

test("a state is seen under the client that its doc writes with", async () => {
  b.room.awareness.setLocalState({ name: "b" });
  b.type("x");
  await world.run(1_000);
  expect(b.room.awareness.clientID).toBe(b.room.doc.clientID);
  expect(a.room.awareness.getStates().get(b.room.doc.clientID)).toEqual({ name: "b" });
  expect(Y.getState(a.room.doc.store, b.room.doc.clientID)).toBe(1);
});

test("at most 20 frames a second go out, the newest state wins, and the last arrives though the lane loses it", async () => {
  const log = new FrameLog(world.network);
  for (let move = 0; move < 200; move++) {
    a.room.awareness.setLocalStateField("cursor", move);
    await world.run(10);
  }
  expect(log.of("presence").length).toBeLessThanOrEqual(2 * 20 + 1);
  expect(log.of("presence").length).toBeGreaterThan(30);
  world.network.setFaults({ minDelayMs: 5, maxDelayMs: 30, loss: 0, duplication: 0 });
  await world.run(1_000);
  expect(seenBy(b)).toEqual([{ cursor: 199 }]);
});

test("what the lossy lane loses comes on the reliable one when the hand rests", async () => {
  const log = new FrameLog(world.network);
  a.room.awareness.setLocalStateField("cursor", 7);
  await world.run(1_000);
  expect(log.of("presence").map(({ lane }) => lane)).toEqual(["now", "live"]);
});

test("a frame that comes late does not undo a newer one", async () => {
  world.network.setFaults({ minDelayMs: 1, maxDelayMs: 200, loss: 0, duplication: 0.5 });
  const seen: number[] = [];
  b.room.awareness.on("change", () => {
    const [state] = b.isRunning ? seenBy(b) : [];
    if (state && "cursor" in state && typeof state.cursor === "number") seen.push(state.cursor);
  });
  for (let move = 0; move < 50; move++) {
    a.room.awareness.setLocalStateField("cursor", move);
    await world.run(50);
  }
  await world.run(1_000);
  expect(seen.length).toBeGreaterThan(5);
  expect(seen).toEqual([...seen].sort((one, other) => one - other));
  expect(seen.at(-1)).toBe(49);
});

test("presence is back within 1 s after each of five reconnects, and never lost here", async () => {
  a.room.awareness.setLocalState({ name: "a" });
  await world.run(1_000);
  for (let time = 0; time < 5; time++) {
    world.network.break("a", "b");
    await world.run(100);
    expect(seenBy(b)).toEqual([]);
    expect(a.room.awareness.getLocalState()).toEqual({ name: "a" });
    while (b.room.state.peers.length === 0) await world.run(50);
    await world.run(1_000);
    expect(seenBy(b)).toEqual([{ name: "a" }]);
  }
});

test("a state set to null is gone for others, and comes back", async () => {
  a.room.awareness.setLocalState(null);
  await world.run(500);
  expect(seenBy(b)).toEqual([]);
  a.room.awareness.setLocalState({ name: "again" });
  await world.run(500);
  expect(seenBy(b)).toEqual([{ name: "again" }]);
});

test("whoever leaves is gone at once, and a newcomer never sees it", async () => {
  await b.stop();
  await world.run(100);
  expect(seenBy(a)).toEqual([]);
  const c = await world.device("c");
  await world.run(2_000);
  expect(seenBy(c)).toEqual([{}]);
  expect(a.room.awareness.meta.size).toBe(2);
});

test("setting what others show changes nothing for anybody", async () => {
  a.room.awareness.setLocalState({ name: "a" });
  await world.run(500);
  const log = new FrameLog(world.network);
  b.room.awareness.states.set(a.room.awareness.clientID, { name: "forged" });
  b.room.awareness.emit("change", [
    { added: [], updated: [a.room.awareness.clientID], removed: [] },
    "forger",
  ]);
  await world.run(1_000);
  expect(log.of("presence")).toEqual([]);
  expect(a.room.awareness.getLocalState()).toEqual({ name: "a" });
});

test("an app's listener that throws costs neither the link nor the other states", async () => {
  b.room.awareness.on("change", () => {
    throw new Error("a bug of the app");
  });
  a.room.awareness.setLocalState({ name: "a" });
  await world.run(1_000);
  expect(seenBy(b)).toEqual([{ name: "a" }]);
  await a.stop();
  await world.run(1_000);
  expect(b.room.state.peers).toEqual([]);
  expect(seenBy(b)).toEqual([]);
});

test("a state that is too large, or no JSON, is not sent and breaks nothing", async () => {
  a.room.awareness.setLocalState({ picture: "x".repeat(limits.maxPresenceBytes) });
  a.room.awareness.setLocalState({ big: 1n });
  await world.run(1_000);
  expect(seenBy(b)).toEqual([{}]);
  a.room.awareness.setLocalState({ name: "small" });
  await world.run(1_000);
  expect(seenBy(b)).toEqual([{ name: "small" }]);
});

test("own presence, set before the room has its session, moves to the session's client", async () => {
  const doc = new Y.Doc();
  const before = doc.clientID;
  const c = await world.device("c", { doc });
  expect(c.room.awareness.getLocalState()).toEqual({});
  c.room.awareness.setLocalStateField("name", "c");
  await world.settle();
  expect(c.room.awareness.clientID).toBe(doc.clientID);
  expect(doc.clientID).not.toBe(before);
  expect([...c.room.awareness.getStates().keys()]).not.toContain(before);
  expect(seenBy(a)).toContainEqual({ name: "c" });
});

test("two docs that were given the same client get one each", async () => {
  const [one, two] = [new Y.Doc(), new Y.Doc()];
  one.clientID = 42;
  two.clientID = 42;
  const c = await world.device("c", { doc: one });
  const d = await world.device("d", { doc: two });
  await world.settle();
  c.type("c");
  d.type("d");
  await world.settle();
  expect(one.clientID).not.toBe(two.clientID);
  expect(c.text).toBe(d.text);
  expect(seenBy(c)).toHaveLength(3);
  expect(seenBy(d)).toHaveLength(3);
});

test("a frame opens for its sender only, and damaged ones not at all", () => {
  const random = new SeededRandom(4);
  const [alice, bob] = [peerIdOf(random.bytes(16)), peerIdOf(random.bytes(16))];
  const key = random.bytes(32);
  const frame = { counter: 3, state: { name: "alice" } };
  const sealed = sealPresence(frame, alice, key, random) ?? new Uint8Array(0);
  expect(openPresence(sealed, alice, key)).toEqual(frame);
  expect(openPresence(sealed, bob, key)).toBeUndefined();
  expect(openPresence(sealed, alice, random.bytes(32))).toBeUndefined();
  for (let at = 0; at < sealed.length; at++) {
    const damaged = sealed.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    expect(openPresence(damaged, alice, key)).toBeUndefined();
  }
});
