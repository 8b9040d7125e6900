import type { PeerId } from "@manyhands/core";
import { type SimDevice, World } from "@manyhands/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { limits } from "./limits.js";

let world: World;
let a: SimDevice;
let b: SimDevice;
let c: SimDevice;
beforeEach(async () => {
  world = new World();
  a = await world.device("a");
  b = await world.device("b");
  c = await world.device("c");
  await world.settle();
});
afterEach(async () => {
  await world.close();
});

const hear = ({ room }: SimDevice, name = "chat"): [number, PeerId][] => {
  const heard: [number, PeerId][] = [];
  room.channel(name).subscribe((message, from) => heard.push([message[0] ?? -1, from]));
  return heard;
};

test("a message goes to everyone who is here, or to the one it is for, with its sender", async () => {
  const [atB, atC] = [hear(b), hear(c)];
  const chat = a.room.channel("chat");
  chat.send(Uint8Array.of(1));
  chat.send(Uint8Array.of(2), c.room.id);
  await world.run(1_000);
  expect(atB).toEqual([[1, a.room.id]]);
  expect(atC).toEqual([
    [1, a.room.id],
    [2, a.room.id],
  ]);
});

test("channels of other names do not hear it", async () => {
  const other = hear(b, "another");
  a.room.channel("chat").send(Uint8Array.of(1));
  await world.run(1_000);
  expect(other).toEqual([]);
});

test("what came before the first listener is handed over, the newest of it, once", async () => {
  const chat = b.room.channel("chat");
  for (let at = 0; at < limits.maxChannelBacklog + 10; at++) a.room.channel("chat").send(Uint8Array.of(at));
  await world.run(1_000);
  const heard: number[] = [];
  chat.subscribe((message) => heard.push(message[0] ?? -1));
  chat.subscribe((message) => heard.push(message[0] ?? -1));
  expect(heard).toEqual(Array.from({ length: limits.maxChannelBacklog }, (_, at) => at + 10));
});

test("a message beyond the limit is refused; one at the limit arrives", async () => {
  const heard: number[] = [];
  b.room.channel("chat").subscribe(({ length }) => heard.push(length));
  const chat = a.room.channel("chat");
  expect(() => chat.send(new Uint8Array(limits.maxChannelBytes + 1))).toThrow(
    expect.objectContaining({ code: "too-large" }),
  );
  chat.send(new Uint8Array(limits.maxChannelBytes));
  await world.run(2_000);
  expect(heard).toEqual([limits.maxChannelBytes]);
});

test("a listener that throws does not stop the others, nor the link", async () => {
  b.room.channel("chat").subscribe(() => {
    throw new Error("a bug of the app");
  });
  const heard = hear(b);
  for (let at = 0; at < 20; at++) a.room.channel("chat").send(Uint8Array.of(at));
  await world.run(1_000);
  expect(heard).toHaveLength(20);
  expect(b.room.state.peers).toHaveLength(2);
});

test("who unsubscribed or closed hears nothing, others of the same channel still do", async () => {
  const heard: string[] = [];
  const [first, second] = [b.room.channel("chat"), b.room.channel("chat")];
  const listener = (): void => {
    heard.push("first");
  };
  const end = first.subscribe(listener);
  first.subscribe(listener);
  second.subscribe(() => heard.push("second"));
  const say = async (): Promise<string[]> => {
    a.room.channel("chat").send(Uint8Array.of(1));
    await world.run(1_000);
    return heard.splice(0);
  };
  expect(await say()).toEqual(["first", "first", "second"]);
  end();
  expect(await say()).toEqual(["first", "second"]);
  first.close();
  first.close();
  expect(await say()).toEqual(["second"]);
  second.close();
  expect(await say()).toEqual([]);
});

test("messages to a neighbour that takes none do not pile up without end", async () => {
  world.network.setFaults({ minDelayMs: 5_000, maxDelayMs: 5_000, loss: 0, duplication: 0 });
  const heard: number[] = [];
  b.room.channel("chat").subscribe(({ length }) => heard.push(length));
  for (let at = 0; at < 100; at++) a.room.channel("chat").send(new Uint8Array(200_000), b.room.id);
  world.network.setFaults({ minDelayMs: 5, maxDelayMs: 5, loss: 0, duplication: 0 });
  await world.run(10_000);
  expect(heard.length).toBeGreaterThan(10);
  expect(heard.length).toBeLessThanOrEqual(Math.ceil(limits.maxQueuedBytes / 200_000) + 1);
});

test.each(["", "x".repeat(257)])("a name of no or too many characters is refused", (name) => {
  expect(() => a.room.channel(name)).toThrow(expect.objectContaining({ code: "invalid-option" }));
});

test("sending on a closed room does nothing", async () => {
  const chat = a.room.channel("chat");
  await a.room.close();
  chat.send(Uint8Array.of(1));
  expect(a.room.state.status).toBe("closed");
});
