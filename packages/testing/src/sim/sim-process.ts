import {
  type AppendOptions,
  type Clock,
  createRoom,
  type JournalId,
  type Room,
  type RoomOptions,
  type RoomStore,
  type StoredBlock,
} from "@manyhands/core";
import { nodeSignatures } from "./node-signatures.js";
import type { SeededRandom } from "./seeded-random.js";
import type { SimNetwork } from "./sim-network.js";
import type { SimStore } from "./sim-store.js";
import { worldRoom } from "./world-room.js";

/** What a process runs on. */
export interface ProcessParts {
  readonly name: string;
  readonly clock: Clock;
  readonly network: SimNetwork;
  readonly random: SeededRandom;
  readonly store: SimStore;
  readonly options: Partial<RoomOptions>;
  /** How far the device's clock is ahead, ms. */
  skewMs(): number;
}

/** A running room whose timers, network and disk can be taken away at once. */
export class SimProcess {
  readonly room: Room;
  readonly #parts: ProcessParts;
  #alive = true;
  /** Timers that fell due while it sleeps; undefined while it is awake. */
  #overslept: (() => void)[] | undefined;
  #torn: { readonly isWhole: boolean; readonly crash: () => void } | undefined;

  constructor(parts: ProcessParts) {
    const { name, network, random, store, options } = parts;
    this.#parts = parts;
    this.room = createRoom({
      ...worldRoom,
      transports: [network.transport(name)],
      store: {
        name: store.name,
        open: async (part, events) => {
          const opened = await store.open(part, events);
          return { ...opened, append: (...given) => this.#append(opened, ...given) };
        },
      },
      clock: {
        now: () => parts.clock.now() + parts.skewMs(),
        setTimer: (fire, delayMs) => this.#setTimer(fire, delayMs),
      },
      random,
      signatures: nodeSignatures(random),
      ...options,
    });
  }

  get isAsleep(): boolean {
    return this.#overslept !== undefined;
  }

  /** The next append is the last act: stored whole or not at all, then `crash`. */
  tearNextAppend(isWhole: boolean, crash: () => void): void {
    this.#torn = { isWhole, crash };
  }

  /** What was to tear holds. */
  mend(): void {
    this.#torn = undefined;
  }

  /** Stops its timers and what the network hands it. */
  freeze(): void {
    this.#overslept ??= [];
    this.#parts.network.freeze(this.#parts.name);
  }

  /** All that was due comes at once, in its order. */
  thaw(): void {
    const due = this.#overslept ?? [];
    this.#overslept = undefined;
    for (const fire of due) if (this.#alive) fire();
    if (this.#alive) this.#parts.network.thaw(this.#parts.name);
  }

  kill(): void {
    this.#alive = false;
    // Not a close: nothing is stored or said any more. Only the real timer of Awareness has to go.
    this.room.awareness.destroy();
  }

  #setTimer(fire: () => void, delayMs: number): () => void {
    let isCancelled = false;
    const fireUnlessCancelled = (): void => {
      if (!isCancelled) fire();
    };
    const cancel = this.#parts.clock.setTimer(() => {
      if (!this.#alive) return;
      if (this.#overslept) this.#overslept.push(fireUnlessCancelled);
      else fire();
    }, delayMs);
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  async #append(
    disk: RoomStore,
    journal: JournalId,
    blocks: readonly StoredBlock[],
    options: AppendOptions,
  ): Promise<void> {
    const torn = this.#torn;
    if (this.#alive && (!torn || torn.isWhole)) await disk.append(journal, blocks, options);
    if (this.#alive && torn && torn === this.#torn) torn.crash();
    // Whoever is dead hears nothing, not even that it was stored.
    if (!this.#alive) await new Promise(() => undefined);
  }
}
