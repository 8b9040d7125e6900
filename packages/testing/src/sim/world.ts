import { createRoom, type Room, type RoomOptions } from "@manyhands/core";
import { difference } from "./difference.js";
import { nodeSignatures } from "./node-signatures.js";
import { SeededRandom } from "./seeded-random.js";
import { calmNetwork, type NetworkFaults, SimNetwork } from "./sim-network.js";
import { SimStore } from "./sim-store.js";
import { settlePromises, VirtualClock } from "./virtual-clock.js";

export interface WorldOptions {
  /** Everything that is left to chance follows from it. Default 1. */
  readonly seed?: number;
  /** Default: `calmNetwork`. */
  readonly faults?: NetworkFaults;
  /** Passed to every room. */
  readonly room?: Partial<RoomOptions>;
}

/** The room that all devices of a world share. */
export const worldRoom: { readonly name: string; readonly secret: Uint8Array } = {
  name: "simulated room",
  secret: new Uint8Array(32).fill(7),
};

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
    const running = this.devices.filter((device) => device.isRunning && device.isOnline);
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

/** One device of a world: a disk that stays, and a process that may end. */
export class SimDevice {
  readonly name: string;
  readonly #world: World;
  readonly #roomOptions: Partial<RoomOptions>;
  readonly #random: SeededRandom;
  #store = new SimStore();
  #process: Process | undefined;
  #online = true;

  constructor(name: string, world: World, roomOptions: Partial<RoomOptions>) {
    this.name = name;
    this.#world = world;
    this.#roomOptions = roomOptions;
    this.#random = world.random.fork();
  }

  get room(): Room {
    if (!this.#process) throw new Error(`${this.name} is not running`);
    return this.#process.room;
  }

  get store(): SimStore {
    return this.#store;
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  get isOnline(): boolean {
    return this.#online;
  }

  /** The text everybody types into. */
  get text(): string {
    return this.room.doc.getText("text").toString();
  }

  /** Starts the process: opens the room and loads what the disk has. */
  async start(): Promise<void> {
    this.#process = new Process(this.name, this.#world, this.#random, this.#store, this.#roomOptions);
    await settlePromises();
  }

  /** Inserts `words` at `position`; default: at the end. */
  type(words: string, position: number = this.room.doc.getText("text").length): void {
    this.room.doc.getText("text").insert(position, words);
  }

  /** Deletes `length` characters at `position`. */
  erase(position: number, length: number): void {
    this.room.doc.getText("text").delete(position, length);
  }

  /** Ends the process in order. */
  async stop(): Promise<void> {
    const ended = this.#process;
    this.#process = undefined;
    if (!ended) return;
    let isClosed = false;
    const closing = ended.room.close().then(() => {
      isClosed = true;
    });
    // A slow disk takes its time; longer and longer steps find its end soon enough.
    for (let ms = 1; !isClosed && ms < 10 ** 7; ms *= 10) await this.#world.run(ms);
    await closing;
  }

  /** Ends the process at once: what was not stored is lost. */
  crash(): void {
    this.#process?.kill();
    this.#world.network.vanish(this.name);
    this.#process = undefined;
  }

  /** The disk is gone: the next start begins as a new device. */
  wipe(): void {
    this.#store = new SimStore();
  }

  /** Pulls the cable to everybody. */
  offline(): void {
    this.#online = false;
    for (const other of this.#world.devices)
      if (other !== this) this.#world.network.cut(this.name, other.name);
  }

  /** Puts it back, to everybody who is online. */
  online(): void {
    this.#online = true;
    for (const other of this.#world.devices) {
      if (other !== this && other.isOnline) this.#world.network.heal(this.name, other.name);
    }
  }
}

/** A running room whose timers, network and disk can be taken away at once. */
class Process {
  readonly room: Room;
  #alive = true;

  constructor(
    name: string,
    world: World,
    random: SeededRandom,
    store: SimStore,
    options: Partial<RoomOptions>,
  ) {
    const { clock, network } = world;
    const whileAlive = (fire: () => void) => () => {
      if (this.#alive) fire();
    };
    this.room = createRoom({
      ...worldRoom,
      transports: [network.transport(name)],
      store: {
        name: store.name,
        open: async (part, events) => {
          const opened = await store.open(part, events);
          const append: typeof opened.append = async (...given) => {
            if (!this.#alive) await new Promise(() => undefined);
            await opened.append(...given);
          };
          return { ...opened, append };
        },
      },
      clock: {
        now: () => clock.now(),
        setTimer: (fire, delayMs) => clock.setTimer(whileAlive(fire), delayMs),
      },
      random,
      signatures: nodeSignatures(random),
      ...options,
    });
  }

  kill(): void {
    this.#alive = false;
    // Not a close: nothing is stored or said any more. Only the real timer of Awareness has to go.
    this.room.awareness.destroy();
  }
}
