import type { Room, RoomOptions } from "@manyhands/core";
import type { SeededRandom } from "./seeded-random.js";
import type { SimNetwork } from "./sim-network.js";
import { SimProcess } from "./sim-process.js";
import { SimStore } from "./sim-store.js";
import { settlePromises, type VirtualClock } from "./virtual-clock.js";

/** What a device knows of its world. */
export interface DeviceWorld {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly network: SimNetwork;
  readonly devices: readonly SimDevice[];
}

/** One device of a world: a disk that stays, and a process that may end. */
export class SimDevice {
  readonly name: string;
  /** How far its clock is ahead of the world's, ms; may be changed while it runs. */
  skewMs = 0;
  readonly #world: DeviceWorld;
  readonly #roomOptions: Partial<RoomOptions>;
  readonly #random: SeededRandom;
  #store: SimStore;
  #process: SimProcess | undefined;
  #online = true;

  constructor(
    name: string,
    world: DeviceWorld,
    roomOptions: Partial<RoomOptions>,
    store: SimStore = new SimStore(),
  ) {
    this.name = name;
    this.#world = world;
    this.#roomOptions = roomOptions;
    this.#random = world.random.fork();
    this.#store = store;
  }

  get room(): Room {
    return this.#running.room;
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

  get isAsleep(): boolean {
    return this.#process?.isAsleep === true;
  }

  /** The text everybody types into. */
  get text(): string {
    return this.room.doc.getText("text").toString();
  }

  /** Starts the process: opens the room and loads what the disk has. */
  async start(): Promise<void> {
    const { clock, network } = this.#world;
    this.#process = new SimProcess({
      name: this.name,
      clock,
      network,
      random: this.#random,
      store: this.#store,
      options: this.#roomOptions,
      skewMs: () => this.skewMs,
    });
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
    this.thaw();
    const ended = this.#process;
    this.#process = undefined;
    if (!ended) return;
    let isClosed = false;
    ended.mend();
    const closing = ended.room.close().then(() => {
      isClosed = true;
    });
    // A slow disk takes its time; longer and longer steps find its end soon enough.
    for (let ms = 1; !isClosed && ms < 10 ** 7; ms *= 10) await this.#world.clock.advance(ms);
    await closing;
  }

  /** Ends the process at once: what was not stored is lost. */
  crash(): void {
    this.#process?.kill();
    this.#world.network.vanish(this.name);
    this.#process = undefined;
  }

  /** The process ends within its next append, which the disk has whole or not at all. */
  crashInAppend(isWhole: boolean): void {
    const process = this.#running;
    process.tearNextAppend(isWhole, () => {
      if (this.#process === process) this.crash();
    });
  }

  /** Calls off `crashInAppend`. */
  spare(): void {
    this.#process?.mend();
  }

  /** Its timers stop, and what comes for it waits, until `thaw`. */
  freeze(): void {
    this.#running.freeze();
  }

  /** Idempotent. All that fell due meanwhile comes at once. */
  thaw(): void {
    this.#process?.thaw();
  }

  /** The disk is gone: the next start begins as a new device. */
  wipe(): void {
    this.#store = new SimStore();
  }

  /** The next start finds what was on the disk when `backup` was made of it (`store.copy()`). */
  restore(backup: SimStore): void {
    this.#store = backup.copy();
  }

  /** A device of its own on a copy of this disk; not started. */
  clone(name: string): SimDevice {
    return new SimDevice(name, this.#world, this.#roomOptions, this.#store.copy());
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

  get #running(): SimProcess {
    if (!this.#process) throw new Error(`${this.name} is not running`);
    return this.#process;
  }
}
