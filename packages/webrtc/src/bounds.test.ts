import { expect, test } from "vitest";
import { FakeWorld } from "../test/fake-world.js";

const hour = 3_600_000;

test("an unreachable peer costs at most 60 connections in any hour", async () => {
  const world = new FakeWorld();
  world.net.reachable = false;
  const rooms = [world.room(), world.room()];
  await world.clock.advance(hour);
  const firstHour = world.net.made.length / rooms.length;
  expect(firstHour).toBeGreaterThan(20);
  expect(firstHour).toBeLessThanOrEqual(60);
  await world.clock.advance(hour);
  expect(world.net.made.length / rooms.length - firstHour).toBeLessThanOrEqual(60);
  expect(world.net.live.length).toBeLessThanOrEqual(2);
});

test("waking all the time does not break the budget of an unreachable peer", async () => {
  const world = new FakeWorld();
  world.net.reachable = false;
  const rooms = [world.room(), world.room()];
  for (let second = 0; second < 3_600; second += 5) {
    for (const room of rooms) room.session.wake();
    await world.clock.advance(5_000);
  }
  expect(world.net.made.length / rooms.length).toBeLessThanOrEqual(60);
});

test("without a path and without a relay the status advises TURN, until a link opens", async () => {
  const world = new FakeWorld();
  world.net.reachable = false;
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(16_000);
  for (const room of [one, two]) {
    expect(room.statuses.at(-1)).toMatchObject({ signaling: "connected", problem: { code: "link-failed" } });
    expect(room.statuses.at(-1)?.problem?.message).toMatch(/host, srflx.*TURN/);
  }
  world.net.reachable = true;
  await world.clock.advance(60_000);
  expect(world.areLinked(one, two)).toBe(true);
  expect(one.statuses.at(-1)).toEqual({ signaling: "connected" });
});

test("ICE servers are asked for each connection; a failure is told and mended", async () => {
  const world = new FakeWorld();
  let asked = 0;
  const iceServers = async (): Promise<RTCIceServer[]> => {
    asked++;
    if (asked <= 3) throw new Error("the credential service is down");
    return [];
  };
  const [one, two] = [
    world.room(world.transport({ iceServers })),
    world.room(world.transport({ iceServers })),
  ];
  await world.clock.advance(200);
  const problems = () => [one, two].map(({ statuses }) => statuses.at(-1)?.problem?.code);
  expect(problems()).toContain("link-failed");
  await world.clock.advance(30_000);
  expect(world.areLinked(one, two)).toBe(true);
  expect(asked).toBeGreaterThanOrEqual(4);
  expect(problems()).toEqual([undefined, undefined]);
});

test("a function for ICE servers that never answers is given up", async () => {
  const world = new FakeWorld();
  const iceServers = () => new Promise<RTCIceServer[]>(() => undefined);
  const room = world.room(world.transport({ iceServers }));
  const other = world.room(world.transport({ iceServers }));
  await world.clock.advance(11_000);
  const problems = [room, other].map(({ statuses }) => statuses.at(-1)?.problem?.code);
  expect(problems).toContain("link-failed");
  expect(world.net.made).toEqual([]);
});

test("more connections than allowed are not made", async () => {
  const world = new FakeWorld();
  const hub = world.room(world.transport({ maxConnections: 2 }));
  const others = [world.room(), world.room(), world.room(), world.room()];
  await world.clock.advance(60_000);
  expect(others.filter(({ self }) => hub.openLink(self)).length).toBe(2);
});

test("after leaving, no timer and no connection is left", async () => {
  const world = new FakeWorld();
  const rooms = [world.room(), world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.reachable = false;
  world.room();
  await world.clock.advance(700);
  for (const room of [...rooms, ...world.rooms]) room.session.close();
  await world.clock.advance(600);
  expect(world.net.live).toEqual([]);
  // What the made-up network itself still waits for.
  await world.clock.advance(5_000);
  expect(world.clock.pending).toBe(0);
  expect(world.hub.joins).toBe(0);
});
