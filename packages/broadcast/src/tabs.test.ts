import {
  type Clock,
  limits as coreLimits,
  type Link,
  type LinkEvents,
  type PeerId,
  parsePeerId,
  silentLogger,
  type TransportSession,
  type TransportStatus,
} from "@manyhands/core";
import { beforeEach, expect, test, vi } from "vitest";
import { type BroadcastOptions, broadcast } from "./broadcast.js";
import type { ChannelLike } from "./channel.js";
import { limits } from "./limits.js";
import type { LocksLike } from "./tab-lock.js";

/** Lets every message on its way arrive. */
const settle = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

class HandClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ at: number; fire: () => void }>();
  now = () => this.#now;
  setTimer = (fire: () => void, delayMs: number) => {
    const timer = { at: this.#now + delayMs, fire };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };
  get waiting(): number {
    return this.#timers.size;
  }
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].sort((one, other) => one.at - other.at);
      if (!next || next.at > end) break;
      this.#now = next.at;
      this.#timers.delete(next);
      next.fire();
      await settle();
    }
    this.#now = end;
    await settle();
  }
}

/** What carries messages between tabs, and sees them. */
class Air {
  readonly seen: { name: string; message: Record<string, unknown> }[] = [];
  readonly channels = new Set<{ name: string; tab: Tab; port: ChannelLike }>();
  readonly locks = new Map<string, { holder: Tab; waiting: (() => void)[] }>();
  count = (kind: string) => this.seen.filter(({ message }) => message["kind"] === kind).length;
  /** Says something on every channel whose name fits. */
  say(name: RegExp, data: unknown): void {
    for (const channel of this.channels) if (name.test(channel.name)) channel.port.onmessage?.({ data });
  }
}

interface TabOptions extends BroadcastOptions {
  readonly late?: boolean;
  readonly withLocks?: boolean;
}

/** A tab with a room that takes every link. */
class Tab {
  readonly self: PeerId;
  readonly links: { link: Link; frames: number[]; closes: string[]; drains: number }[] = [];
  readonly statuses: TransportStatus[] = [];
  readonly session: TransportSession;
  wants = true;
  crashed = false;
  readonly #air: Air;

  constructor(air: Air, clock: Clock, digit: string, options: TabOptions = {}) {
    this.#air = air;
    this.self = parsePeerId(digit.padStart(32, "0")) ?? expect.fail("no peer id");
    const locks = options.withLocks ? this.#locks() : null;
    this.session = broadcast({ BroadcastChannel: this.#channel(), locks, ...options }).join({
      self: this.self,
      topic: "topic",
      clock,
      random: { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)), fraction: () => 0.5 },
      logger: silentLogger,
      seal: (payload) => payload,
      unseal: (payload) => payload,
      wantsLink: () => this.wants && this.open === undefined,
      onLink: (link) => {
        const events = this.#record(link);
        if (!options.late) link.start(events);
      },
      onStatus: (status) => void this.statuses.push(status),
    });
  }

  get open() {
    return this.links.find(({ closes }) => closes.length === 0);
  }

  #record(link: Link): LinkEvents {
    const seen = { link, frames: [] as number[], closes: [] as string[], drains: 0 };
    this.links.push(seen);
    return {
      onFrame: (_, frame) => void seen.frames.push(frame[0] ?? -1),
      onDrain: () => void seen.drains++,
      onClose: (reason) => void seen.closes.push(reason),
    };
  }

  #channel() {
    const [air, tab] = [this.#air, this];
    return class implements ChannelLike {
      onmessage: ChannelLike["onmessage"] = null;
      onmessageerror: ChannelLike["onmessageerror"] = null;
      readonly #entry: { name: string; tab: Tab; port: ChannelLike };
      constructor(name: string) {
        this.#entry = { name, tab, port: this };
        air.channels.add(this.#entry);
      }
      postMessage(message: unknown): void {
        if (tab.crashed) return;
        const { name } = this.#entry;
        air.seen.push({ name, message: message as Record<string, unknown> });
        const hearers = [...air.channels].filter((one) => one.name === name && one !== this.#entry);
        for (const hearer of hearers)
          queueMicrotask(() => {
            if (!hearer.tab.crashed && air.channels.has(hearer))
              hearer.port.onmessage?.({ data: structuredClone(message) });
          });
      }
      close(): void {
        air.channels.delete(this.#entry);
      }
    };
  }

  #locks(): LocksLike {
    const { locks } = this.#air;
    return {
      request: async (name, { signal }, whileHeld) => {
        const held = locks.get(name);
        if (held) await new Promise<void>((resolve) => held.waiting.push(resolve));
        signal?.throwIfAborted();
        if (!held) locks.set(name, { holder: this, waiting: [] });
        await whileHeld();
      },
    };
  }

  /** The tab ends without a word; the browser frees its locks. */
  crash(): void {
    this.crashed = true;
    for (const { holder, waiting } of this.#air.locks.values())
      if (holder === this) for (const resume of waiting) resume();
  }
}

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
  small.open?.link.send("live", Uint8Array.of(7));
  await settle();
  expect(large.open?.frames).toEqual([7]);
  expect(
    air.seen.filter(({ name }) => name === "manyhands/1/topic").map(({ message }) => message["kind"]),
  ).not.toContain("frame");
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
  const [small, large] = await pair();
  small.session.close();
  await settle();
  expect(large.links[0]?.closes).toEqual(["the room was closed"]);
  const offers = air.count("offer");
  await clock.pass(120_000);
  expect(air.count("offer")).toBe(offers);
  large.session.close();
  expect([clock.waiting, air.channels.size]).toEqual([0, 0]);
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

test("nonsense on the room's channel, a flood of strangers and a foreign initiator change nothing", async () => {
  const [small, large] = await pair();
  for (const data of [null, "?", { kind: "offer" }, { kind: "hello", from: "me", locked: true }])
    air.say(/topic$/, data);
  for (let at = 0; at < 5 * limits.maxKnownTabs; at++)
    air.say(/topic$/, { kind: "hello", from: at.toString(16).padStart(32, "f"), locked: false });
  const offer = { kind: "offer", from: small.self, to: large.self, locked: false, link: "a".repeat(32) };
  air.say(/topic$/, offer);
  await clock.pass(1_000);
  expect([small.open, large.open].every(Boolean)).toBe(true);
  expect([small.links.length, large.links.length]).toEqual([1, 1]);
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
