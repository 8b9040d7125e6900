import { limits as coreLimits, parsePeerId, silentLogger, type TransportStatus } from "@manyhands/core";
import { beforeEach, expect, test, vi } from "vitest";
import { Air, HandClock, settle, Tab, type TabOptions } from "../test/toy-tabs.js";
import { broadcast } from "./broadcast.js";
import { limits } from "./limits.js";
import type { LocksLike } from "./tab-lock.js";

let air: Air;
let clock: HandClock;
const tab = (digit: string, options?: TabOptions) => new Tab(air, clock, digit, options);
const pair = async (options?: TabOptions): Promise<[Tab, Tab]> => {
  const tabs: [Tab, Tab] = [tab("1", options), tab("2", options)];
  await clock.pass(10);
  return tabs;
};

beforeEach(() => {
  air = new Air();
  clock = new HandClock();
});

test("the tab with the larger id is the initiator, and a link has a channel of its own", async () => {
  const [small, large] = await pair();
  expect([small.open?.link.initiator, large.open?.link.initiator]).toEqual([false, true]);
  expect(small.open?.link.binding).toEqual(large.open?.link.binding);
  expect(air.seen.filter(({ message }) => message["kind"] === "offer")).toMatchObject([
    { message: { from: large.self } },
  ]);
  small.open?.link.send("live", Uint8Array.of(7));
  await settle();
  expect(large.open?.frames).toEqual([7]);
  expect(
    air.seen.filter(({ name }) => name === "manyhands/1/topic").map(({ message }) => message["kind"]),
  ).not.toContain("frame");
});

test("a frame travels without the buffer it was cut from, and is acknowledged soon", async () => {
  const [small] = await pair();
  const link = small.open?.link ?? expect.fail("no link");
  link.send("live", new Uint8Array(1_000_000).subarray(5, 15));
  const sent = air.seen.find(({ message }) => message["kind"] === "frame")?.message["frame"];
  expect(sent instanceof Uint8Array && sent.buffer.byteLength).toBe(10);
  expect(link.bufferedBytes("live")).toBe(10);
  await clock.pass(limits.ackMs);
  expect(link.bufferedBytes("live")).toBe(0);
});

test("an offer that was not wanted when it came is made again as soon as the other asks", async () => {
  const small = tab("1");
  small.wants = false;
  const large = tab("2");
  await clock.pass(10);
  small.wants = true;
  small.session.wake();
  await clock.pass(10);
  expect([small.links.length, large.links.length]).toEqual([1, 1]);
});

test("offers to others, and of tabs whose part it is not, are not taken", async () => {
  const [small, large, other] = ["1", "2", "3"].map((digit) => parsePeerId(digit.padStart(32, "0")));
  const lone = tab("2");
  await clock.pass(10);
  const offer = { kind: "offer", locked: false, link: "a".repeat(32) };
  air.say(/topic$/, { ...offer, from: small, to: large });
  air.say(/topic$/, { ...offer, from: other, to: small });
  expect(air.count("accept")).toBe(0);
  air.say(/topic$/, { ...offer, from: other, to: lone.self });
  expect(air.count("accept")).toBe(1);
});

test("frames that came before start are kept in order", async () => {
  const large = tab("2", { late: true });
  const small = tab("1");
  await clock.pass(10);
  for (const byte of [1, 2, 3]) small.open?.link.send("live", Uint8Array.of(byte));
  await settle();
  const frames: number[] = [];
  large.open?.link.start({
    onFrame: (_, frame) => frames.push(frame[0] ?? -1),
    onDrain: () => undefined,
    onClose: () => undefined,
  });
  small.open?.link.send("live", Uint8Array.of(4));
  expect(frames).toEqual([]);
  await settle();
  expect(frames).toEqual([1, 2, 3, 4]);
});

test("a tab that leaves says so, and is not called after", async () => {
  const [small, large] = await pair({ withLocks: true });
  small.session.close();
  await settle();
  expect(large.links[0]?.closes).toEqual(["the room was closed"]);
  expect([...air.locks.values()].map(({ holder, waiting }) => [holder, waiting.size])).toEqual([[large, 0]]);
  const offers = air.count("offer");
  await clock.pass(120_000);
  expect(air.count("offer")).toBe(offers);
  large.session.close();
  await settle();
  expect([clock.waiting, air.channels.size, air.locks.size]).toEqual([0, 0, 0]);
});

test("without locks a crashed tab is found by an unanswered ping, and no sooner", async () => {
  const [small, large] = await pair();
  small.crash();
  await clock.pass(coreLimits.pingMs);
  expect(air.count("ping")).toBeGreaterThan(0);
  await clock.pass(coreLimits.deadLinkMs - coreLimits.pingMs - 20);
  expect(large.open).toBeDefined();
  await clock.pass(20);
  expect(large.links[0]?.closes).toEqual(["the other tab is gone"]);
});

test("a silent link that answers its pings lives", async () => {
  const [small, large] = await pair();
  await clock.pass(600_000);
  expect([small.links[0]?.closes, large.links[0]?.closes]).toEqual([[], []]);
});

test("with locks a crashed tab is found at once, and a quiet link is silent", async () => {
  const [small, large] = await pair({ withLocks: true });
  const before = air.seen.length;
  await clock.pass(60_000);
  expect(air.seen.length).toBe(before);
  small.crash();
  await settle();
  expect(large.links[0]?.closes).toEqual(["the other tab is gone"]);
});

test("a tab whose locks do not answer goes on with heartbeats", async () => {
  const stuck: LocksLike = { request: () => new Promise(() => undefined) };
  const tabs = [tab("1", { locks: stuck }), tab("2", { locks: stuck })];
  await clock.pass(limits.lockMs + 10);
  expect(tabs.every(({ open }) => open !== undefined)).toBe(true);
  await clock.pass(coreLimits.pingMs);
  expect(air.count("ping")).toBeGreaterThan(0);
});

test("a tab that never answers is tried more and more seldom, then forgotten", async () => {
  const [small, large] = await pair();
  small.crash();
  await clock.pass(coreLimits.deadLinkMs);
  await clock.pass(600_000);
  const offers = air.count("offer") - 1;
  expect(offers).toBeGreaterThan(3);
  expect(offers).toBeLessThanOrEqual(limits.maxTries + 1);
  large.session.close();
  expect(clock.waiting).toBe(0);
});

test("a link that is closed again and again is opened more and more seldom", async () => {
  const [small, large] = await pair();
  for (let second = 0; second < 60; second++) {
    large.open?.link.close("refused");
    await clock.pass(1_000);
  }
  expect(small.links.length).toBeGreaterThan(3);
  expect(small.links.length).toBeLessThan(12);
});

test("a link comes back when both want it after a long refusal", async () => {
  const [small, large] = await pair();
  small.wants = false;
  small.open?.link.close("a ban");
  await clock.pass(coreLimits.banMs);
  small.wants = true;
  await clock.pass(limits.maxRetryMs * 2);
  expect([small.links.length, large.links.length]).toEqual([2, 2]);
});

test("nonsense on a link's channel closes that link", async () => {
  const frame = (seq: number) => ({ kind: "frame", lane: "live", seq, frame: Uint8Array.of(1) });
  for (const data of ["?", { kind: "frame" }, frame(1), { kind: "ack", now: 1, live: 0, bulk: 0 }]) {
    air = new Air();
    clock = new HandClock();
    const [small] = await pair();
    air.say(/topic\/./, data);
    await settle();
    expect(small.links[0]?.closes).toHaveLength(1);
  }
});

test("nonsense on the room's channel, and an offer that is not needed change nothing", async () => {
  const [small, large] = await pair();
  for (const data of [null, "?", { kind: "offer" }, { kind: "hello", from: "me", locked: true }])
    air.say(/topic$/, data);
  const offer = { kind: "offer", from: small.self, to: large.self, locked: false, link: "a".repeat(32) };
  air.say(/topic$/, offer);
  await clock.pass(1_000);
  expect([small.open, large.open].every(Boolean)).toBe(true);
  expect([small.links.length, large.links.length]).toEqual([1, 1]);
});

test("a flood of strangers takes bounded room, and keeps no tab out for long", async () => {
  const lone = tab("f".repeat(32));
  await clock.pass(10);
  const strangers = 5 * limits.maxKnownTabs;
  for (let at = 0; at < strangers; at++)
    air.say(/topic$/, { kind: "hello", from: `a${at.toString(16)}`.padStart(32, "0"), locked: false });
  expect(air.count("offer")).toBe(limits.maxKnownTabs);
  await clock.pass(limits.maxTries * limits.maxRetryMs * 2);
  const late = tab("1");
  await clock.pass(10);
  expect([lone.links.length, late.links.length]).toEqual([1, 1]);
});

test("of the tabs that were merely heard of the newest are known, and no more than fit", async () => {
  const lone = tab("f".repeat(32));
  lone.wants = false;
  await clock.pass(10);
  const strangers = Array.from({ length: 2 * limits.maxKnownTabs }, (_, at) =>
    at.toString(16).padStart(32, "0"),
  );
  for (const from of strangers) air.say(/topic$/, { kind: "hello", from, locked: false });
  lone.wants = true;
  lone.session.wake();
  const called = air.seen.flatMap(({ message }) => (message["kind"] === "offer" ? [message["to"]] : []));
  expect(called).toEqual(strangers.slice(limits.maxKnownTabs));
});

test("a tab that takes nothing any more is not flooded, and in the end let go", async () => {
  const [small, large] = await pair({ withLocks: true });
  // Busy, not dead: its lock is held.
  small.crashed = true;
  const link = large.open?.link ?? expect.fail("no link");
  const frame = new Uint8Array(coreLimits.maxFrameBytes);
  for (let bytes = 0; bytes < 2 * limits.windowBytes; bytes += frame.length) link.send("bulk", frame);
  expect(air.count("frame") * frame.length).toBe(limits.windowBytes);
  expect(link.bufferedBytes("bulk")).toBe(2 * limits.windowBytes);
  for (let bytes = 0; bytes <= limits.maxQueuedBytes; bytes += frame.length) link.send("bulk", frame);
  await settle();
  expect(large.links[0]?.closes).toEqual(["the other tab takes nothing any more"]);
});

test("without a BroadcastChannel there are no links, and the status says why", async () => {
  vi.stubGlobal("BroadcastChannel", undefined);
  const statuses: TransportStatus[] = [];
  const { self } = tab("1");
  const session = broadcast().join({
    self,
    topic: "topic",
    clock,
    random: { bytes: (length) => new Uint8Array(length), fraction: () => 0 },
    logger: silentLogger,
    seal: (payload) => payload,
    unseal: (payload) => payload,
    wantsLink: () => true,
    onLink: () => expect.fail("a link"),
    onStatus: (status) => void statuses.push(status),
  });
  await settle();
  expect(statuses).toMatchObject([{ signaling: "none", problem: { code: "unsupported" } }]);
  session.wake();
  session.close();
  vi.unstubAllGlobals();
});
