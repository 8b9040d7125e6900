import {
  type JournalId,
  memoryStore,
  type RoomStore,
  type Store,
  type StoredBlock,
  type StoreEvents,
} from "@manyhands/core";

/** What went into a journal, whatever states were written since. */
type Archive = Map<string, Map<JournalId, StoredBlock[]>>;

/**
 * A device's disk: outlives its process, counts as durable, and remembers every block, so that a document can be rebuilt
 * from blocks alone.
 */
export class SimStore implements Store {
  readonly name = "simulated";
  readonly #disk = memoryStore();
  readonly #archive: Archive = new Map();

  async open(name: string, events: StoreEvents): Promise<RoomStore> {
    const part = await this.#disk.open(name, events);
    const archive = this.#archive.get(name) ?? new Map<JournalId, StoredBlock[]>();
    this.#archive.set(name, archive);
    return {
      health: part.health,
      durable: true,
      deviceKeys: (create) => part.deviceKeys(create),
      append: async (journal, blocks, options) => {
        await part.append(journal, blocks, options);
        archive.set(journal, [...(archive.get(journal) ?? []), ...blocks]);
      },
      load: (journal) => part.load(journal),
      readChain: (journal, session, fromSeq, maxBytes) => part.readChain(journal, session, fromSeq, maxBytes),
      writeState: (journal, state, covers) => part.writeState(journal, state, covers),
      journals: () => part.journals(),
      close: () => part.close(),
    };
  }

  /** The same blocks without any state: a room opened on it replays its whole journal. */
  blocksAlone(): Store {
    return {
      name: "blocks alone",
      open: async (name, events) => {
        const part = await memoryStore().open(name, events);
        for (const [journal, blocks] of this.#archive.get(name) ?? []) {
          await part.append(journal, blocks, { durability: "relaxed" });
        }
        return part;
      },
    };
  }
}
