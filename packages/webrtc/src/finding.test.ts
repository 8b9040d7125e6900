import { expect, test } from "vitest";
import { FakeWorld } from "../test/fake-world.js";

test("two peers are linked within a second", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  expect(world.areLinked(one, two)).toBe(true);
  expect(world.net.made).toHaveLength(2);
});

test("signaling that loses every other message still links", async () => {
  const world = new FakeWorld();
  let count = 0;
  world.hub.delivers = () => count++ % 2 === 1;
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(30_000);
  expect(world.areLinked(one, two)).toBe(true);
});

test("an offer that was lost is repeated within the life of its connection", async () => {
  const world = new FakeWorld();
  let lost = 0;
  world.hub.delivers = () => world.said.at(-1)?.type !== "description" || lost++ > 0;
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(4_000);
  expect(world.areLinked(one, two)).toBe(true);
  expect(world.net.made).toHaveLength(2);
});

test("announcing slows down while alone and nearly stops with links", async () => {
  const world = new FakeWorld();
  const [first, second] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  expect(world.areLinked(first, second)).toBe(true);
  const before = world.said.length;
  await world.clock.advance(600_000);
  const linkedAnnounces = world.said.length - before;
  expect(linkedAnnounces).toBeLessThanOrEqual(28);
  expect(linkedAnnounces).toBeGreaterThanOrEqual(12);

  const alone = new FakeWorld();
  alone.room();
  await alone.clock.advance(20_000);
  expect(alone.said.length).toBeGreaterThanOrEqual(4);
  await alone.clock.advance(600_000);
  expect(alone.said.length).toBeLessThanOrEqual(22);
});

test("two rooms of the same peers share one connection, also when a room comes later", async () => {
  const world = new FakeWorld();
  const [left, right] = [world.transport(), world.transport()];
  const first = [world.room(left, "first"), world.room(right, "first")] as const;
  await world.clock.advance(1_000);
  const second = [world.room(left, "second"), world.room(right, "second")] as const;
  await world.clock.advance(1_000);
  expect([world.areLinked(...first), world.areLinked(...second)]).toEqual([true, true]);
  expect(world.net.made).toHaveLength(2);

  first[0].session.close();
  await world.clock.advance(2_000);
  expect(world.areLinked(...second)).toBe(true);
  second[0].session.close();
  await world.clock.advance(1_000);
  expect(world.net.live).toEqual([]);
});

test("two peers of one room in one transport object are linked", async () => {
  const world = new FakeWorld();
  const shared = world.transport();
  const [one, two] = [world.room(shared), world.room(shared)];
  await world.clock.advance(5_000);
  expect(world.areLinked(one, two)).toBe(true);
});

test("two signaling services at once make one connection, and either alone suffices", async () => {
  for (const down of [[], [0], [1]]) {
    const world = new FakeWorld();
    const other = new FakeWorld();
    const hubs = [world.hub, other.hub];
    const signalings = () => [world.hub.signaling(), other.hub.signaling()];
    const [one, two] = [
      world.room(world.transport({ signaling: signalings() })),
      world.room(world.transport({ signaling: signalings() })),
    ];
    for (const index of down) hubs[index]?.setStatus("unreachable");
    await step(world, other, 3_000);
    expect(world.areLinked(one, two)).toBe(true);
    expect(world.net.made).toHaveLength(2);
    expect(one.statuses.at(-1)?.signaling).toBe("connected");
    // What came by both is taken once.
    expect(world.net.made.map(({ addedCandidates }) => addedCandidates.length)).toEqual([2, 2]);
  }
});

/** Lets time pass in two worlds at once. */
const step = async (world: FakeWorld, other: FakeWorld, ms: number): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 20) {
    await world.clock.advance(20);
    await other.clock.advance(20);
  }
};

test("with all signaling down links go on, and the status says so", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.hub.setStatus("unreachable");
  await world.clock.advance(600_000);
  expect(one.statuses.at(-1)?.signaling).toBe("unreachable");
  expect(world.areLinked(one, two)).toBe(true);
  expect(one.links).toHaveLength(1);
});

test("nobody dials whom the room does not want", async () => {
  const world = new FakeWorld();
  const rooms = [world.room(), world.room()];
  for (const room of rooms) room.wants = () => false;
  await world.clock.advance(600_000);
  expect(world.net.made).toEqual([]);
  expect(world.said.every((said) => said.type === "announce" && said.to === undefined)).toBe(true);
});
