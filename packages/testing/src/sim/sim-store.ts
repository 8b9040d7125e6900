import {
  type JournalId,
  ManyhandsError,
  memoryStore,
  type RoomStore,
  type SessionId,
  type SigningKeys,
  type Store,
  type StoredBlock,
  type StoreEvents,
} from "@manyhands/core";

/** All that was ever written into one part. */
interface Archive {
  keys: SigningKeys | undefined;
  /** What went into the journals, whatever states were written since. */
  readonly blocks: Map<JournalId, StoredBlock[]>;
  readonly states: Map<JournalId, KeptState>;
}

interface KeptState {
  readonly state: Uint8Array;
  readonly covers: ReadonlyMap<SessionId, number>;
}

/**
 * A device's disk: outlives its process, counts as durable, and remembers every block, so that a document can be rebuilt
 * from blocks alone. It can be full, and it can be copied.
 */
export class SimStore implements Store {
  readonly name = "simulated";
  /** Nothing more fits: what would be written is refused. */
  isFull = false;
  readonly #disk = memoryStore();
  readonly #archives = new Map<string, Archive>();

  async open(name: string, events: StoreEvents): Promise<RoomStore> {
    const part = await this.#disk.open(name, events);
    const known = this.#archives.get(name);
    const archive = known ?? newArchive();
    this.#archives.set(name, archive);
    // Of a copy only the archive is there at first.
    if (known && part.health === "new") await restore(part, archive);
    return {
      health: known ? "intact" : part.health,
      durable: true,
      deviceKeys: async (create) => {
        archive.keys = await part.deviceKeys(create);
        return archive.keys;
      },
      append: async (journal, blocks, options) => {
        this.#needRoom();
        await part.append(journal, blocks, options);
        archive.blocks.set(journal, [...(archive.blocks.get(journal) ?? []), ...blocks]);
      },
      load: (journal) => part.load(journal),
      readChain: (journal, session, fromSeq, maxBytes) => part.readChain(journal, session, fromSeq, maxBytes),
      writeState: async (journal, state, covers) => {
        this.#needRoom();
        await part.writeState(journal, state, covers);
        archive.states.set(journal, { state: state.slice(), covers: new Map(covers) });
      },
      journals: () => part.journals(),
      close: () => part.close(),
    };
  }

  /** A disk with all that is on this one now: a backup, or a cloned profile. */
  copy(): SimStore {
    const copy = new SimStore();
    for (const [name, { keys, blocks, states }] of this.#archives) {
      copy.#archives.set(name, {
        keys,
        blocks: new Map([...blocks].map(([journal, all]) => [journal, [...all]])),
        states: new Map(states),
      });
    }
    return copy;
  }

  /** The same blocks without any state: a room opened on it replays its whole journal. */
  blocksAlone(): Store {
    return {
      name: "blocks alone",
      open: async (name, events) => {
        const part = await memoryStore().open(name, events);
        for (const [journal, blocks] of this.#archives.get(name)?.blocks ?? []) {
          await part.append(journal, blocks, { durability: "relaxed" });
        }
        return part;
      },
    };
  }

  #needRoom(): void {
    if (this.isFull) throw new ManyhandsError("storage-failed", "The simulated disk is full.");
  }
}

const newArchive = (): Archive => ({ keys: undefined, blocks: new Map(), states: new Map() });

/** Fills a part that was copied; what it holds already stays as it is. */
const restore = async (part: RoomStore, { keys, blocks, states }: Archive): Promise<void> => {
  if (keys) await part.deviceKeys(() => Promise.resolve(keys));
  for (const [journal, all] of blocks) await part.append(journal, all, { durability: "strict" });
  for (const [journal, { state, covers }] of states) await part.writeState(journal, state, covers);
};
