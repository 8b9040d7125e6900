import { expect, test } from "vitest";
import { fakeRandom } from "../test/fake-random.js";
import { FakeWorld } from "../test/fake-world.js";

/** What may go wrong, drawn by chance. */
const faults: readonly ((world: FakeWorld, fraction: () => number) => void)[] = [
  (world) => world.net.breakPaths(),
  (world, fraction) => world.net.live[Math.floor(fraction() * world.net.live.length)]?.close(),
  (world, fraction) => world.net.live[Math.floor(fraction() * world.net.live.length)]?.setIce("failed"),
  (world) => {
    world.net.reachable = !world.net.reachable;
  },
  (world, fraction) => world.hub.setStatus(fraction() < 0.5 ? "unreachable" : "connected"),
  (world, fraction) => world.rooms[Math.floor(fraction() * world.rooms.length)]?.session.wake(),
  (world, fraction) => {
    const room = world.rooms[Math.floor(fraction() * world.rooms.length)];
    room?.links.at(-1)?.link.close("a whim");
  },
  (world, fraction) => {
    const loss = fraction();
    world.hub.delivers = () => fraction() > loss;
  },
];

test.each(Array.from({ length: 150 }, (_, at) => at + 1))(
  "after the faults of seed %i everyone is linked with everyone again, once",
  async (seed) => {
    const { fraction } = fakeRandom(seed);
    const world = new FakeWorld(seed);
    const rooms = [world.room(), world.room(), world.room()];
    await world.clock.advance(fraction() * 2_000);
    for (let count = 0; count < 25; count++) {
      faults[Math.floor(fraction() * faults.length)]?.(world, fraction);
      await world.clock.advance(fraction() ** 3 * 20_000);
    }

    world.net.reachable = true;
    world.hub.delivers = () => true;
    world.hub.setStatus("connected");
    await world.clock.advance(150_000);
    for (const one of rooms) {
      for (const two of rooms) {
        if (one === two) continue;
        expect(world.areLinked(one, two)).toBe(true);
        expect(
          one.links.filter(({ link, closes }) => link.peer === two.self && closes.length === 0).length,
        ).toBe(1);
      }
    }
    expect(world.net.live).toHaveLength(6);
    const texts = rooms.flatMap(({ links }) => links.filter(({ closes }) => closes.length > 1));
    expect(texts, "links that closed twice").toEqual([]);
  },
);
