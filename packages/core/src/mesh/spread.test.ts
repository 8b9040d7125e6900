import { type SimDevice, World } from "@manyhands/testing";
import { afterEach, expect, test } from "vitest";
import { FrameLog } from "../../test/frame-log.js";

let world: World;
afterEach(async () => {
  await world.close();
});

const open = async (count: number): Promise<SimDevice[]> => {
  const devices: SimDevice[] = [];
  for (let at = 0; at < count; at++) devices.push(await world.device(`d${at}`));
  await world.settle();
  return devices;
};

const first = (devices: readonly SimDevice[]): SimDevice => {
  const [device] = devices;
  if (!device) throw new Error("no device");
  return device;
};

test.each([2, 3, 4, 5, 6, 7, 8])(
  "one key press among %i in a full mesh is N-1 frames, none back to the sender",
  async (count) => {
    world = new World();
    const devices = await open(count);
    const log = new FrameLog(world.network);
    first(devices).type("x");
    await world.run(5_000);
    const blocks = log.of("blocks");
    expect(blocks.map(({ from, to, lane }) => `${from}>${to} ${lane}`).sort()).toEqual(
      devices.slice(1).map(({ name }) => `d0>${name} live`),
    );
    for (const device of devices) expect(device.text).toBe("x");
  },
);

test("a burst of edits within the coalescing time is one more block, not one for each", async () => {
  world = new World();
  const devices = await open(3);
  const log = new FrameLog(world.network);
  for (let at = 0; at < 20; at++) {
    first(devices).type("x");
    await world.run(1);
  }
  await world.run(1_000);
  expect(log.of("blocks").length).toBeLessThanOrEqual(2 * 2);
});

test.each([
  [
    "a line",
    [
      ["d0", "d1"],
      ["d1", "d2"],
      ["d2", "d3"],
    ],
  ],
  [
    "a ring",
    [
      ["d0", "d1"],
      ["d1", "d2"],
      ["d2", "d3"],
      ["d3", "d0"],
    ],
  ],
  [
    "a star",
    [
      ["d0", "d1"],
      ["d0", "d2"],
      ["d0", "d3"],
    ],
  ],
  [
    "all but one pair",
    [
      ["d0", "d1"],
      ["d0", "d2"],
      ["d1", "d2"],
      ["d1", "d3"],
      ["d2", "d3"],
    ],
  ],
] as const)("in %s everyone gets each edit, at most one copy extra, the author none", async (_, links) => {
  world = new World();
  const names = ["d0", "d1", "d2", "d3"];
  const linked = new Set(links.map(([a, b]) => `${a}-${b}`));
  for (const a of names)
    for (const b of names)
      if (a < b && !linked.has(`${a}-${b}`) && !linked.has(`${b}-${a}`)) world.network.cut(a, b);
  const devices = await open(4);
  for (const author of devices) {
    const log = new FrameLog(world.network);
    author.type(author.name);
    await world.run(2_000);
    for (const device of devices) expect(device.text).toContain(author.name);
    for (const { name } of devices) {
      const copies = log.of("blocks").filter(({ to }) => to === name).length;
      expect(copies).toBeLessThanOrEqual(name === author.name ? 0 : 2);
    }
  }
});
