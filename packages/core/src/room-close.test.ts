import { createRoom, type Room, type RoomOptions } from "@manyhands/core";
import { nodeSignatures, SeededRandom, VirtualClock, World } from "@manyhands/testing";
import { beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { FakeDisk } from "../test/fake-stores.js";
import { openTransport, Stranger } from "../test/stranger.js";

let clock: VirtualClock;
let disk: FakeDisk;
beforeEach(() => {
  clock = new VirtualClock();
  disk = new FakeDisk(clock);
});

const open = (options: Partial<RoomOptions> = {}): Room => {
  const random = new SeededRandom(1);
  const secret = new Uint8Array(32).fill(7);
  return createRoom({
    name: "r",
    secret,
    clock,
    random,
    signatures: nodeSignatures(random),
    store: disk,
    ...options,
  });
};

const listenersOf = (doc: Y.Doc): number =>
  [...doc._observers.values()].reduce((sum, listeners) => sum + listeners.size, 0);

/** Closes, letting time pass for a slow disk. */
const closeIn = async (room: Room, ms = 100_000): Promise<void> => {
  const closing = room.close();
  await clock.advance(ms);
  await closing;
};

test("close leaves no timer, no listener on the doc and no open store", async () => {
  const doc = new Y.Doc();
  const before = listenersOf(doc);
  for (let time = 0; time < 20; time++) {
    const room = open({ doc });
    await room.whenLoaded();
    doc.getText("text").insert(0, "x");
    room.awareness.setLocalState({ time });
    room.channel("chat").subscribe(() => undefined);
    await room.close();
    expect(room.state.status).toBe("closed");
    expect(listenersOf(doc)).toBe(before);
    expect(disk.openParts).toBe(0);
  }
  await clock.advance(100);
  expect(clock.untilNext).toBeUndefined();
});

test("with peers as well: nothing is left on the clock once all have closed", async () => {
  const world = new World();
  const devices = [await world.device("a"), await world.device("b"), await world.device("c")];
  await world.settle();
  const sub = new Y.Doc();
  const [a] = devices;
  a?.room.doc.getMap("docs").set("sub", sub);
  sub.load();
  await world.settle();
  a?.type("and close at once");
  const docs = devices.map(({ room }) => room.doc);
  await world.close();
  // Dials that were under way.
  await world.run(5_000);
  expect(world.clock.untilNext).toBeUndefined();
  // Yjs itself listens for `load`, once each.
  const bare = listenersOf(new Y.Doc());
  expect(docs.map(listenersOf)).toEqual(docs.map(() => bare));
});

test("close twice, at once or later, is one close", async () => {
  const room = open();
  await room.whenLoaded();
  const statuses: string[] = [];
  room.on("status", (status) => statuses.push(status));
  await Promise.all([room.close(), room.close()]);
  room.destroy();
  await room.close();
  expect(statuses).toEqual(["closed"]);
  expect(disk.openParts).toBe(0);
});

test.each([0, 1, 10, 11, 20, 25, 30, 1_000])(
  "close %i ms after opening, during a slow load, ends in order",
  async (waitMs) => {
    disk.delayMs = 10;
    const doc = new Y.Doc();
    const before = listenersOf(doc);
    const room = open({ doc });
    const loaded = room.whenLoaded().then(
      () => "loaded",
      (error: unknown) => error,
    );
    await clock.advance(waitMs);
    await closeIn(room);
    expect(await loaded).toEqual(waitMs >= 20 ? "loaded" : expect.objectContaining({ code: "closed" }));
    expect(listenersOf(doc)).toBe(before);
    expect(disk.openParts).toBe(0);
    expect(clock.untilNext).toBeUndefined();
  },
);

test("what was written before a close during loading is there the next time", async () => {
  disk.delayMs = 10;
  const room = open();
  room.doc.getText("text").insert(0, "quick");
  await closeIn(room);
  const again = open();
  await clock.advance(1_000);
  expect(again.doc.getText("text").toString()).toBe("quick");
  await closeIn(again);
});

test("close waits for what is being written", async () => {
  const room = open();
  await room.whenLoaded();
  disk.delayMs = 500;
  room.doc.getText("text").insert(0, "one");
  await clock.advance(100);
  room.doc.getText("text").insert(3, " two");
  await closeIn(room);
  disk.delayMs = 0;
  const again = open();
  await again.whenLoaded();
  expect(again.doc.getText("text").toString()).toBe("one two");
  await again.close();
});

test("the last edits before a close are handed to the links before these close", async () => {
  const shared = { name: "r", secret: new Uint8Array(32).fill(7) };
  const transport = openTransport();
  const room = open({ transports: [transport] });
  await room.whenLoaded();
  const [inside] = transport.rooms;
  if (!inside) throw new Error("the room joined no transport");
  const peer = new Stranger({ ...shared, clock });
  await peer.prove(inside);
  room.doc.getText("text").insert(0, "last words");
  await closeIn(room);
  expect(peer.heardOf("blocks")).toHaveLength(1);
  expect(peer.closedFor).toBe("closed");
});

test("destroying the doc closes the room", async () => {
  const room = open();
  await room.whenLoaded();
  room.doc.destroy();
  await clock.advance(10);
  expect(room.state.status).toBe("closed");
  expect(disk.openParts).toBe(0);
  expect(clock.untilNext).toBeUndefined();
});

test("an app's listeners that throw at the end do not keep the room open", async () => {
  const room = open();
  await room.whenLoaded();
  const fail = (): void => {
    throw new Error("a bug of the app");
  };
  room.awareness.on("change", fail);
  room.subscribe(fail);
  room.on("status", fail);
  await room.close();
  expect(room.state.status).toBe("closed");
  expect(disk.openParts).toBe(0);
});

test("a room without keys closes by itself and says why", async () => {
  const signatures = nodeSignatures(new SeededRandom(1));
  const room = open({
    signatures: { ...signatures, createKeys: () => Promise.reject(new Error("no Ed25519")) },
  });
  const loaded = expect(room.whenLoaded()).rejects.toMatchObject({ name: "ManyhandsError" });
  await clock.advance(10);
  await loaded;
  expect(room.state).toMatchObject({ status: "closed", problem: { name: "ManyhandsError" } });
  expect(disk.openParts).toBe(0);
  expect(clock.untilNext).toBeUndefined();
});
