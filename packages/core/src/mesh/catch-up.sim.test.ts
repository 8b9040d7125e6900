import { type SimDevice, World } from "@manyhands/testing";
import { afterEach, expect, test } from "vitest";
import { FrameLog } from "../../test/frame-log.js";
import { limits } from "../limits.js";

let world: World;
afterEach(async () => {
  await world.close();
});

const open = async (count: number, from = 0): Promise<SimDevice[]> => {
  const devices: SimDevice[] = [];
  for (let at = from; at < from + count; at++) devices.push(await world.device(`d${at}`));
  await world.settle();
  return devices;
};

/** What cannot be packed, of `length` characters. */
const noise = (length: number): string =>
  Array.from(world.random.bytes(length), (byte) => String.fromCharCode(97 + (byte % 26))).join("");

/** Runs until `isReached`, at most `maxMs`; how long it took in ms. */
const timeUntil = async (isReached: () => boolean, maxMs: number): Promise<number> => {
  const start = world.clock.now();
  while (!isReached() && world.clock.now() - start < maxMs) await world.run(50);
  return world.clock.now() - start;
};

const write = async (author: SimDevice, edits: number, length: number): Promise<void> => {
  for (let at = 0; at < edits; at++) {
    author.type(noise(length));
    await world.run(50);
  }
};

test("a newcomer among eight gets the history about once", async () => {
  world = new World();
  const devices = await open(7);
  for (const device of devices) await write(device, 10, 2_000);
  await world.settle();
  const log = new FrameLog(world.network);
  const newcomer = await world.device("new");
  await world.settle();
  expect(newcomer.text).toHaveLength(140_000);
  const history = 140_000;
  const received = log.of("blocks").filter(({ to }) => to === "new");
  const bytes = received.reduce((sum, message) => sum + message.bytes, 0);
  expect(bytes).toBeGreaterThan(history);
  expect(bytes).toBeLessThanOrEqual(1.3 * history);
});

test("a newcomer that types at once gets the history about once as well", async () => {
  world = new World();
  const devices = await open(4);
  for (const device of devices) await write(device, 20, 2_000);
  await world.settle();
  const log = new FrameLog(world.network);
  const newcomer = await world.device("new");
  for (let at = 0; at < 40; at++) {
    newcomer.type("x");
    await world.run(50);
  }
  await world.settle();
  const received = log.of("blocks").filter(({ to }) => to === "new");
  expect(received.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(1.3 * 160_000);
});

test("edits reach others within a second while a big history streams, and do not hold it up", async () => {
  world = new World();
  const [author] = await open(1);
  if (!author) throw new Error("no author");
  await write(author, 300, 10_000);
  const newcomer = await world.device("new");
  await timeUntil(() => newcomer.room.state.peers.length > 0, 5_000);
  const progress: number[] = [];
  newcomer.room.subscribe((state) => progress.push(state.progress?.received ?? 0));
  const start = world.clock.now();
  let slowest = 0;
  for (let typed = 1; newcomer.text.length < 3_000_000; typed++) {
    newcomer.room.doc.getMap("newcomer").set("typed", typed);
    author.type("z");
    const arrived = (): boolean => author.room.doc.getMap("newcomer").get("typed") === typed;
    slowest = Math.max(slowest, await timeUntil(arrived, 20_000));
  }
  expect(slowest).toBeLessThan(1_000);
  expect(world.clock.now() - start).toBeLessThan(5_000);
  // The app can show how far it has come.
  expect(new Set(progress).size).toBeGreaterThan(3);
  await world.settle();
  expect(newcomer.text).toBe(author.text);
  expect(newcomer.room.state.progress).toBeUndefined();
});

test.each([
  ["1 MB", 1_000_000],
  ["5 MB", 5_000_000],
  ["more than may wait for its dependencies", limits.maxWaitingBytes + 1_000_000],
])("a single insert of %s arrives at everyone", async (_, length) => {
  world = new World();
  const devices = await open(3);
  devices[0]?.type("x".repeat(length));
  await timeUntil(() => devices.every(({ text }) => text.length === length), 60_000);
  for (const { text } of devices) expect(text).toHaveLength(length);
});

test("a burst beyond what may queue for a link arrives whole", async () => {
  world = new World();
  const [a, b] = await open(2);
  for (let at = 0; at < 60; at++) a?.type(noise(200_000));
  await timeUntil(() => b?.text.length === 12_000_000, 120_000);
  expect(b?.text).toBe(a?.text);
});

test("a lost link heals, and only what is missing comes", async () => {
  world = new World();
  const [a, b] = await open(2);
  if (!a || !b) throw new Error("no devices");
  await write(a, 20, 5_000);
  await world.settle();
  world.network.cut("d0", "d1");
  world.network.break("d0", "d1");
  await world.run(1_000);
  a.type("what b missed");
  await world.run(1_000);
  const log = new FrameLog(world.network);
  world.network.heal("d0", "d1");
  await world.settle();
  expect(b.text).toBe(a.text);
  expect(log.of("blocks").reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(1_000);
  expect(log.bytes).toBeLessThan(4_000);
});

test("a link that comes back with nothing missing costs a digest each way", async () => {
  world = new World();
  const [a] = await open(2);
  await write(a as SimDevice, 20, 5_000);
  await world.settle();
  world.network.break("d0", "d1");
  const log = new FrameLog(world.network);
  await world.settle();
  expect(log.counts).toMatchObject({ digest: 2 });
  expect(log.of("blocks")).toEqual([]);
  expect(log.of("frontier")).toEqual([]);
});

test("while people type, syncs do not set off syncs", async () => {
  world = new World();
  const devices = await open(5);
  const log = new FrameLog(world.network);
  for (let at = 0; at < 1_200; at++) {
    devices[at % 3]?.type("x");
    await world.run(100);
  }
  // Two minutes: each of 20 directions compares twice, and each difference costs a question and an answer.
  const { digest = 0, frontier = 0, end = 0 } = log.counts;
  expect(digest).toBeLessThanOrEqual(3 * 20);
  expect(frontier).toBeLessThanOrEqual(6 * 20);
  expect(end).toBeLessThanOrEqual(6 * 20);
});

test("synced does not flicker while people type", async () => {
  world = new World({ faults: { minDelayMs: 5, maxDelayMs: 150, loss: 0, duplication: 0 } });
  const devices = await open(5);
  const seen: boolean[] = [];
  for (const { room } of devices) room.subscribe(({ synced }) => seen.push(synced));
  for (let at = 0; at < 900; at++) {
    devices[at % 5]?.type("x");
    await world.run(100);
  }
  expect(seen.length).toBeGreaterThan(100);
  expect(seen.filter((synced) => !synced)).toEqual([]);
});

test("a difference that lasts does show: synced turns false until it is gone", async () => {
  world = new World();
  const [a, b] = await open(2);
  if (!a || !b) throw new Error("no devices");
  const seen: boolean[] = [];
  b.room.on("synced", (synced) => seen.push(synced));
  world.network.cut("d0", "d1");
  await world.run(30_000);
  expect(b.room.state.synced).toBe(false);
  a.type("later");
  world.network.heal("d0", "d1");
  await world.settle();
  expect(seen).toEqual([false, true]);
});
