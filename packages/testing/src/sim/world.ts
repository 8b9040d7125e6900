import type { RoomOptions } from "@manyhands/core";
import { difference } from "./difference.js";
import { SeededRandom } from "./seeded-random.js";
import { SimDevice } from "./sim-device.js";
import { calmNetwork, type NetworkFaults, SimNetwork } from "./sim-network.js";
import { VirtualClock } from "./virtual-clock.js";

export interface WorldOptions {
  /** Everything that is left to chance follows from it. Default 1. */
  readonly seed?: number;
  /** Default: `calmNetwork`. */
  readonly faults?: NetworkFaults;
  /** Passed to every room. */
  readonly room?: Partial<RoomOptions>;
}

/** A toy world: devices, a network between them, a clock. A scenario is a few lines. */
export class World {
  readonly clock: VirtualClock = new VirtualClock();
  readonly random: SeededRandom;
  readonly network: SimNetwork;
  readonly devices: SimDevice[] = [];
  readonly #room: Partial<RoomOptions>;

  constructor({ seed = 1, faults = calmNetwork, room = {} }: WorldOptions = {}) {
    this.random = new SeededRandom(seed);
    this.network = new SimNetwork(this.clock, this.random.fork(), faults);
    this.#room = room;
  }

  /** A new device with an empty disk and the room open; `room` goes before the options of the world. */
  async device(name: string, room: Partial<RoomOptions> = {}): Promise<SimDevice> {
    const device = new SimDevice(name, this, { ...this.#room, ...room });
    this.devices.push(device);
    await device.start();
    return device;
  }

  /** A second device of that name on a copy of `original`'s disk, as it is now: the same keys, the same blocks. */
  async clone(original: SimDevice, name: string): Promise<SimDevice> {
    const device = original.clone(name);
    this.devices.push(device);
    await device.start();
    return device;
  }

  /** Parts `side` from all the others; what happens within each part goes on. */
  partition(side: readonly SimDevice[]): void {
    for (const one of side) {
      for (const other of this.devices) if (!side.includes(other)) this.network.cut(one.name, other.name);
    }
  }

  /** Undoes every cut but those of devices that are offline. */
  heal(): void {
    this.network.healAll();
    for (const device of this.devices) if (!device.isOnline) device.offline();
  }

  /** Lets `ms` milliseconds pass. */
  async run(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  /**
   * Lets time pass until all running devices agree and say so, at most `maxMs` (default two minutes); throws with what
   * differs when they never do.
   */
  async settle(maxMs = 120_000): Promise<void> {
    const end = this.clock.now() + maxMs;
    const stepMs = 250;
    let quiet = 0;
    while (this.clock.now() < end) {
      await this.run(stepMs);
      quiet = this.#disagreement() === undefined ? quiet + 1 : 0;
      // Once more, so that what is under way (receipts, a last frame) has come.
      if (quiet === 3) return;
    }
    throw new Error(
      `The devices did not agree within ${maxMs} ms: ${this.#disagreement() ?? "nothing differs at the end"}`,
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.stop()));
  }

  #disagreement(): string | undefined {
    const running = this.devices.filter((device) => device.isRunning && device.isOnline && !device.isAsleep);
    for (const { name, room } of running) {
      if (running.length > 1 && !room.state.synced) return `${name} is not synced`;
      if (!room.state.saved.here) return `${name} has unsaved edits`;
    }
    const [first, ...others] = running;
    if (!first) return undefined;
    for (const other of others) {
      const found = difference(first.room.doc, other.room.doc);
      if (found) return `${first.name} and ${other.name}: ${found}`;
    }
    return undefined;
  }
}
