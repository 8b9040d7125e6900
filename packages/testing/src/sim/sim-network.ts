import type { Clock, Lane, Transport } from "@manyhands/core";
import type { SeededRandom } from "./seeded-random.js";
import { type Seat, SimPair } from "./sim-link.js";

/** How bad the network is. Times in ms, chances from 0 to 1. */
export interface NetworkFaults {
  /** One-way delay of each frame. */
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  /** Chance that a frame is lost: on `now` it is gone, on the reliable lanes its link breaks. */
  readonly loss: number;
  /** Chance that a frame of `now` comes twice. */
  readonly duplication: number;
}

export const calmNetwork: NetworkFaults = { minDelayMs: 5, maxDelayMs: 30, loss: 0, duplication: 0 };

/** Time from the wish for a link to the link. */
const dialMs = { min: 50, max: 400 };
/** Wait before a lost link is dialled again. */
const redialMs = { min: 300, max: 2_000 };

/** A frame that reached its receiver. */
export interface DeliveredFrame {
  /** Names of devices. */
  readonly from: string;
  readonly to: string;
  readonly lane: Lane;
  readonly frame: Uint8Array;
}

/** A network of simulated links: who can reach whom, how late, and what gets lost, all from a seed. */
export class SimNetwork {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #seats = new Set<Seat>();
  readonly #cuts = new Set<string>();
  /** What waits for devices that sleep, by name. */
  readonly #frozen = new Map<string, (() => void)[]>();
  readonly #pairs = new Map<string, SimPair>();
  readonly #dialling = new Set<string>();
  readonly #watchers = new Set<(delivered: DeliveredFrame) => void>();
  #faults: NetworkFaults;
  /** Frames handed to receivers, and their bytes, by lane. */
  readonly delivered: Record<Lane, { frames: number; bytes: number }> = {
    now: { frames: 0, bytes: 0 },
    live: { frames: 0, bytes: 0 },
    bulk: { frames: 0, bytes: 0 },
  };

  constructor(clock: Clock, random: SeededRandom, faults: NetworkFaults = calmNetwork) {
    this.#clock = clock;
    this.#random = random;
    this.#faults = faults;
  }

  /** Calls `watcher` with every frame that reaches its receiver, until the returned function is called. */
  watch(watcher: (delivered: DeliveredFrame) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  setFaults(faults: NetworkFaults): void {
    this.#faults = faults;
  }

  /** The transport of the device called `name`. */
  transport(name: string): Transport {
    return {
      name: "simulated",
      join: (room) => {
        const seat: Seat = { room, name, closed: false };
        this.#seats.add(seat);
        this.#clock.setTimer(() => {
          if (!seat.closed) room.onStatus({ signaling: "none" });
        }, 0);
        for (const other of this.#seats) if (other !== seat) this.#dialSoon(seat, other, dialMs);
        return {
          wake: () => {
            for (const other of this.#seats) if (other !== seat) this.#dialSoon(seat, other, dialMs);
          },
          close: () => this.#leave(seat, "closed"),
        };
      },
    };
  }

  /** From now on nothing gets from `from` to `to`, silently, as when a cable is pulled; both ways unless `oneWay`. */
  cut(from: string, to: string, oneWay = false): void {
    this.#cuts.add(`${from}>${to}`);
    if (!oneWay) this.#cuts.add(`${to}>${from}`);
  }

  heal(a: string, b: string): void {
    this.#cuts.delete(`${a}>${b}`);
    this.#cuts.delete(`${b}>${a}`);
    const seats = [...this.#seats];
    for (const seat of seats.filter(({ name }) => name === a)) {
      for (const other of seats.filter(({ name }) => name === b)) this.#dialSoon(seat, other, dialMs);
    }
  }

  /** Undoes every cut. */
  healAll(): void {
    this.#cuts.clear();
    for (const seat of this.#seats) {
      for (const other of this.#seats) if (other.name < seat.name) this.#dialSoon(seat, other, dialMs);
    }
  }

  /** Breaks the open link between two devices at both ends, as when a connection is closed. */
  break(a: string, b: string): void {
    for (const pair of [...this.#pairs.values()]) if (pair.joins(a, b)) pair.close("broken");
  }

  /** From now on nothing is handed to that device: it comes when the device thaws. */
  freeze(name: string): void {
    if (!this.#frozen.has(name)) this.#frozen.set(name, []);
  }

  thaw(name: string): void {
    const waiting = this.#frozen.get(name) ?? [];
    this.#frozen.delete(name);
    for (const act of waiting) act();
  }

  /** A device is gone without a word. */
  vanish(name: string): void {
    this.#frozen.delete(name);
    for (const seat of [...this.#seats]) {
      if (seat.name !== name) continue;
      seat.closed = true;
      this.#seats.delete(seat);
      for (const pair of [...this.#pairs.values()]) if (pair.has(seat)) pair.silence(seat);
    }
  }

  #leave(seat: Seat, reason: string): void {
    seat.closed = true;
    this.#seats.delete(seat);
    for (const pair of [...this.#pairs.values()]) if (pair.has(seat)) pair.close(reason);
  }

  #dialSoon(a: Seat, b: Seat, wait: { readonly min: number; readonly max: number }): void {
    const key = pairKey(a, b);
    if (a.room.topic !== b.room.topic || this.#dialling.has(key)) return;
    this.#dialling.add(key);
    this.#clock.setTimer(
      () => {
        this.#dialling.delete(key);
        this.#dial(a, b, key);
      },
      this.#random.between(wait.min, wait.max),
    );
  }

  #dial(a: Seat, b: Seat, key: string): void {
    if (a.closed || b.closed || this.#isCut(a, b) || this.#isCut(b, a)) return;
    if (this.#frozen.has(a.name) || this.#frozen.has(b.name)) {
      this.#dialSoon(a, b, redialMs);
      return;
    }
    if (!a.room.wantsLink(b.room.self) || !b.room.wantsLink(a.room.self)) return;
    this.#pairs.get(key)?.close("replaced");
    const pair = new SimPair(a, b, this.#random.bytes(32), {
      clock: this.#clock,
      delayMs: () => this.#random.between(this.#faults.minDelayMs, this.#faults.maxDelayMs),
      isLost: () => this.#random.chance(this.#faults.loss),
      isDoubled: () => this.#random.chance(this.#faults.duplication),
      isCut: (from, to) => this.#isCut(from, to),
      whenAwake: (seat, act) => {
        const waiting = this.#frozen.get(seat.name);
        if (waiting) waiting.push(act);
        else act();
      },
      onDelivered: (from, to, lane, frame) => {
        this.delivered[lane].frames++;
        this.delivered[lane].bytes += frame.length;
        for (const watcher of this.#watchers) watcher({ from: from.name, to: to.name, lane, frame });
      },
      onClosed: () => {
        this.#pairs.delete(key);
        this.#dialSoon(a, b, redialMs);
      },
    });
    this.#pairs.set(key, pair);
    pair.open();
  }

  #isCut(from: Seat, to: Seat): boolean {
    return this.#cuts.has(`${from.name}>${to.name}`);
  }
}

const pairKey = (a: Seat, b: Seat): string => [a.room.self, b.room.self].sort().join("-");
