import { World } from "@manyhands/testing";
import { afterEach, expect, test } from "vitest";
import { FrameLog } from "../../test/frame-log.js";

let world: World;
afterEach(async () => {
  await world.close();
});

test("a quiet room of eight sends less than 1 kbit/s per device", async () => {
  world = new World();
  const devices = [];
  for (let at = 0; at < 8; at++) devices.push(await world.device(`d${at}`));
  devices[0]?.type("hello");
  await world.settle();
  const log = new FrameLog(world.network);
  await world.run(600_000);
  const bitsPerSecond = (8 * log.bytes) / 600 / 8;
  expect(bitsPerSecond).toBeGreaterThan(0);
  expect(bitsPerSecond).toBeLessThan(1_000);
  expect(Object.keys(log.counts).sort()).toEqual(["digest", "ping", "pong"]);
});

test.each([0, 700, 1_400, 2_100, 2_400, 3_500, 4_799])(
  "a peer that vanishes %i ms after an edit leaves peers and presence within 15 s",
  async (waitMs) => {
    world = new World();
    const [a, b] = [await world.device("a"), await world.device("b")];
    b.room.awareness.setLocalState({ name: "b" });
    await world.settle();
    b.type("x");
    await world.run(waitMs);
    expect(a.room.state.peers).toHaveLength(1);
    expect(a.room.awareness.getStates().size).toBe(2);
    b.crash();
    await world.run(15_000);
    expect(a.room.state.peers).toEqual([]);
    expect(a.room.awareness.getStates().size).toBe(1);
    expect(a.room.state.synced).toBe(false);
  },
);

test("a peer that only listens is not taken for dead", async () => {
  world = new World();
  const [a] = [await world.device("a"), await world.device("b")];
  await world.settle();
  const seen: number[] = [];
  a.room.subscribe(({ peers }) => seen.push(peers.length));
  await world.run(120_000);
  expect(seen.every((count) => count === 1)).toBe(true);
});

test("after a wake a dead link is found within the time of one ping", async () => {
  world = new World();
  const [a, b] = [await world.device("a"), await world.device("b")];
  await world.settle();
  b.crash();
  // What b sent before has come.
  await world.run(100);
  a.room.wake();
  await world.run(5_000);
  expect(a.room.state.peers).toEqual([]);
});

test("a wake does not cost a live link", async () => {
  world = new World();
  const [a] = [await world.device("a"), await world.device("b")];
  await world.settle();
  const { peers } = a.room.state;
  a.room.wake();
  a.room.wake();
  await world.run(30_000);
  expect(a.room.state.peers).toEqual(peers);
});
