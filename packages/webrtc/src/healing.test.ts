import { expect, test } from "vitest";
import { FakeWorld } from "../test/fake-world.js";

test("an unreachable peer is linked soon after a path exists and it wakes", async () => {
  const world = new FakeWorld();
  world.net.reachable = false;
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(600_000);
  world.net.reachable = true;
  await world.clock.advance(20_000);
  one.session.wake();
  await world.clock.advance(75_000);
  expect(world.areLinked(one, two)).toBe(true);
});

test("a path that comes back within three seconds is left alone", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.breakPaths();
  await world.clock.advance(2_500);
  for (const rtc of world.net.live) rtc.setIce("connected");
  await world.clock.advance(30_000);
  expect(world.net.made.map(({ restarts }) => restarts)).toEqual([0, 0]);
  expect(world.areLinked(one, two)).toBe(true);
});

test("a lost path is mended by an ICE restart of the end that offers, keeping the link", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.breakPaths();
  await world.clock.advance(3_500);
  expect(world.net.made.map(({ restarts }) => restarts).sort()).toEqual([0, 1]);
  expect(world.net.made.map(({ iceConnectionState }) => iceConnectionState)).toEqual([
    "connected",
    "connected",
  ]);
  await world.clock.advance(60_000);
  expect([one.links.length, two.links.length, world.net.made.length]).toEqual([1, 1, 2]);
});

test("the end that does not offer asks for the restart when it alone sees the trouble", async () => {
  const world = new FakeWorld();
  world.room();
  world.room();
  await world.clock.advance(1_000);
  const offered = new Set(
    world.said.flatMap((said) => (said.type === "description" && said.kind === "offer" ? [said.from] : [])),
  );
  const answering = world.net.made.find(({ localDescription }) => localDescription?.type === "answer");
  answering?.setIce("failed");
  await world.clock.advance(1_000);
  const asked = world.said.filter(({ type }) => type === "restart");
  expect(asked.length).toBe(1);
  expect(asked.some(({ from }) => offered.has(from))).toBe(false);
  expect(answering?.iceConnectionState).toBe("connected");
  expect(world.net.made).toHaveLength(2);
});

test("after two restarts that failed the connection is made anew, within fifteen seconds and a bit", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.reachable = false;
  world.net.breakPaths();
  await world.clock.advance(14_900);
  expect([one.links[0]?.closes, two.links[0]?.closes]).toEqual([[], []]);
  world.net.reachable = true;
  for (const rtc of world.net.made) rtc.setIce("failed");
  await world.clock.advance(1_500);
  expect(world.areLinked(one, two)).toBe(true);
  expect(Math.max(...world.net.made.map(({ restarts }) => restarts))).toBe(2);
  expect([one.links.length, two.links.length]).toEqual([2, 2]);
});

test("an implementation that cannot restart gets a new connection at once", async () => {
  const world = new FakeWorld();
  world.net.canRestart = false;
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.breakPaths();
  await world.clock.advance(4_000);
  expect(world.areLinked(one, two)).toBe(true);
  expect(one.links).toHaveLength(2);
});

test("waking restarts a path in trouble without waiting", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.breakPaths();
  one.session.wake();
  two.session.wake();
  await world.clock.advance(100);
  expect(world.net.made.every(({ iceConnectionState }) => iceConnectionState === "connected")).toBe(true);
});

test("offers that cross in a restart end with one path and no new link", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  for (let round = 0; round < 20; round++) {
    for (const rtc of world.net.made) rtc.restartIce();
    await world.clock.advance(200);
    expect(world.net.made.map(({ signalingState }) => signalingState)).toEqual(["stable", "stable"]);
    const [left, right] = world.net.made;
    expect(left?.remoteDescription).toEqual(right?.localDescription);
    expect(right?.remoteDescription).toEqual(left?.localDescription);
  }
  expect(world.areLinked(one, two)).toBe(true);
  expect([one.links.length, world.net.made.length]).toEqual([1, 2]);
});

test("a connection that died unseen at one end is replaced when the other end says so", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(10_000);
  for (const rtc of [...world.net.live]) {
    rtc.close();
    await world.clock.advance(2_000);
    expect(world.areLinked(one, two)).toBe(true);
  }
});
