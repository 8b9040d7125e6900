import { expectConverged, type SimDevice, World } from "@manyhands/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type * as Y from "yjs";
import { FrameLog } from "../test/frame-log.js";
import { encodeSeed } from "./seed.js";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => {
  await world.close();
});

const welcome = (doc: Y.Doc): void => doc.getText("text").insert(0, "Welcome! ");

const openOffline = async (count: number): Promise<SimDevice[]> => {
  const devices: SimDevice[] = [];
  for (let at = 0; at < count; at++) {
    const device = await world.device(`d${at}`);
    device.offline();
    await device.room.whenLoaded();
    devices.push(device);
  }
  return devices;
};

test("five devices open offline with the same seed, then meet: the content is there once", async () => {
  const devices = await openOffline(5);
  for (const { room } of devices) await room.seed("v1", welcome);
  for (const device of devices) device.type(device.name);
  for (const device of devices) device.online();
  await world.settle();
  for (const { text } of devices) {
    expect(text.match(/Welcome!/g)).toHaveLength(1);
    for (const { name } of devices) expect(text).toContain(name);
  }
  await expectConverged(world);
});

test("other content under the same name is other content: both are there, everywhere alike", async () => {
  const [a, b] = await openOffline(2);
  if (!a || !b) throw new Error("no devices");
  await a.room.seed("v1", welcome);
  await b.room.seed("v1", (doc) => doc.getText("text").insert(0, "Bonjour! "));
  a.online();
  b.online();
  await world.settle();
  expect(a.text).toContain("Welcome!");
  expect(a.text).toContain("Bonjour!");
  expect(b.text).toBe(a.text);
});

test("the same content under two names is there twice: the name is part of what it is", async () => {
  const [a] = await openOffline(1);
  await a?.room.seed("v1", welcome);
  await a?.room.seed("v2", welcome);
  expect(a?.text.match(/Welcome!/g)).toHaveLength(2);
});

test("seeded again, in the same run, after a reload or after people deleted it, it does nothing", async () => {
  const a = await world.device("a");
  await a.room.seed("v1", welcome);
  a.erase(0, a.text.length);
  await a.room.seed("v1", welcome);
  await world.settle();
  const log = new FrameLog(world.network);
  for (let reload = 0; reload < 2; reload++) {
    await a.stop();
    await a.start();
    await a.room.seed("v1", welcome);
    expect(a.text).toBe("");
  }
  const b = await world.device("b");
  await world.settle();
  const blocks = log.of("blocks").length;
  await b.room.seed("v1", welcome);
  await world.settle();
  expect(b.text).toBe("");
  expect(log.of("blocks")).toHaveLength(blocks);
});

test("a seed is remembered when the document is kept as a state", async () => {
  const a = await world.device("a");
  await a.room.seed("v1", welcome);
  a.erase(0, a.text.length);
  for (let at = 0; at < 300; at++) {
    a.type("x");
    await world.run(50);
  }
  await world.run(10_000);
  await a.stop();
  await a.start();
  await a.room.seed("v1", welcome);
  expect(a.text).not.toContain("Welcome!");
});

test("a seed that throws rejects with what it threw, and can be tried again", async () => {
  const a = await world.device("a");
  const failing = a.room.seed("v1", () => {
    throw new Error("no template");
  });
  await expect(failing).rejects.toThrow("no template");
  await a.room.seed("v1", welcome);
  expect(a.text).toBe("Welcome! ");
});

test("a seed longer than a block arrives whole", async () => {
  const [a, b] = [await world.device("a"), await world.device("b")];
  await a.room.seed("big", (doc) => doc.getText("text").insert(0, "x".repeat(500_000)));
  await world.settle();
  expect(b.text).toHaveLength(500_000);
});

test.each(["", "x".repeat(257)])("a name of no or too many characters is refused", async (name) => {
  const a = await world.device("a");
  await expect(a.room.seed(name, welcome)).rejects.toMatchObject({ code: "invalid-option" });
});

test("equal content makes equal bytes, whoever writes it", () => {
  expect(encodeSeed("v1", welcome)).toEqual(encodeSeed("v1", welcome));
  expect(encodeSeed("v1", welcome)).not.toEqual(encodeSeed("v2", welcome));
});
