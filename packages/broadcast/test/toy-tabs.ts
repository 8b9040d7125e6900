import {
  type Clock,
  type Link,
  type LinkEvents,
  type PeerId,
  parsePeerId,
  silentLogger,
  type TransportSession,
  type TransportStatus,
} from "@manyhands/core";
import { expect } from "vitest";
import { type BroadcastOptions, broadcast } from "../src/broadcast.js";
import type { ChannelLike } from "../src/channel.js";
import type { LocksLike } from "../src/tab-lock.js";

/** Lets every message on its way arrive. */
export const settle = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

/** A clock that goes on only when the test says so. */
export class HandClock implements Clock {
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
    await settle();
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
export class Air {
  readonly seen: { name: string; message: Record<string, unknown> }[] = [];
  readonly channels = new Set<{ name: string; tab: Tab; port: ChannelLike }>();
  readonly locks = new Map<string, { holder: Tab; waiting: Set<() => void> }>();
  count = (kind: string) => this.seen.filter(({ message }) => message["kind"] === kind).length;
  /** Says something on every channel whose name fits. */
  say(name: RegExp, data: unknown): void {
    for (const channel of this.channels) if (name.test(channel.name)) channel.port.onmessage?.({ data });
  }
}

/** `late`: links are not started. `withLocks`: the tabs of one air share locks. */
export interface TabOptions extends BroadcastOptions {
  readonly late?: boolean;
  readonly withLocks?: boolean;
}

/** A tab with a room that takes every link. */
export class Tab {
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
        if (held)
          await new Promise<void>((resolve, reject) => {
            held.waiting.add(resolve);
            signal?.addEventListener("abort", () => {
              held.waiting.delete(resolve);
              reject(signal.reason);
            });
          });
        else locks.set(name, { holder: this, waiting: new Set() });
        await whileHeld();
        if (!held) this.#free(name);
      },
    };
  }

  /** The tab ends without a word; the browser frees its locks. */
  crash(): void {
    this.crashed = true;
    for (const [name, { holder }] of this.#air.locks) if (holder === this) this.#free(name);
  }

  #free(name: string): void {
    const { waiting } = this.#air.locks.get(name) ?? { waiting: [] };
    this.#air.locks.delete(name);
    for (const resume of waiting) resume();
  }
}
