import { asManyhandsError, ManyhandsError } from "./errors.js";
import type { JournalId, SessionId } from "./ids.js";
import type { SigningKeys } from "./ports/signatures.js";
import type { RoomStore, Store, StoredBlock } from "./ports/store.js";

interface MemoryJournal {
  readonly chains: Map<SessionId, Map<number, Uint8Array>>;
  state: Uint8Array | undefined;
  covers: ReadonlyMap<SessionId, number>;
}

/** What parts of one name share, as tabs share a disk. */
interface MemoryPart {
  readonly journals: Map<JournalId, MemoryJournal>;
  keys: Promise<SigningKeys> | undefined;
}

/**
 * A store that keeps everything in this object and loses it with the process (`durable` is false): for rooms without
 * storage and for tests. Parts of one name share what they hold; closing a part loses nothing.
 */
export const memoryStore = (): Store => {
  const parts = new Map<string, MemoryPart>();
  return {
    name: "memory",
    open: (name) => {
      const known = parts.get(name);
      const part = known ?? { journals: new Map(), keys: undefined };
      parts.set(name, part);
      return Promise.resolve(openPart(part, known ? "intact" : "new"));
    },
  };
};

const openPart = (part: MemoryPart, health: RoomStore["health"]): RoomStore => {
  let closed = false;

  // Every call goes through here, so that none does anything after `close`, and failures are rejections.
  const whileOpen = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    if (closed) throw new ManyhandsError("closed", "This part of the store has been closed.");
    return work();
  };

  return {
    health,
    durable: false,
    deviceKeys: (create) => whileOpen(() => keysOf(part, create)),
    append: (id, blocks) =>
      whileOpen(() => {
        if (blocks.length > 0) appendTo(journalOf(part, id), blocks);
      }),
    load: (id) =>
      whileOpen(() => {
        const journal = part.journals.get(id);
        return { state: journal?.state?.slice(), tail: journal ? tailOf(journal) : [] };
      }),
    readChain: (id, session, fromSeq, maxBytes) =>
      whileOpen(() => chainFrom(part.journals.get(id)?.chains.get(session), session, fromSeq, maxBytes)),
    writeState: (id, state, covers) =>
      whileOpen(() => {
        const journal = journalOf(part, id);
        journal.state = state.slice();
        journal.covers = new Map(covers);
      }),
    journals: () => whileOpen(() => [...part.journals.keys()]),
    close: async () => {
      closed = true;
    },
  };
};

const keysOf = async (part: MemoryPart, create: () => Promise<SigningKeys>): Promise<SigningKeys> => {
  part.keys ??= create().catch((error: unknown) => {
    part.keys = undefined;
    throw asManyhandsError(error, "storage-failed", "The device's keys could not be made.");
  });
  const { publicKey, privateKey } = await part.keys;
  return { publicKey: publicKey.slice(), privateKey };
};

const journalOf = (part: MemoryPart, id: JournalId): MemoryJournal => {
  const known = part.journals.get(id);
  if (known) return known;
  const journal: MemoryJournal = { chains: new Map(), state: undefined, covers: new Map() };
  part.journals.set(id, journal);
  return journal;
};

const appendTo = (journal: MemoryJournal, blocks: readonly StoredBlock[]): void => {
  for (const { session, seq, bytes } of blocks) {
    const chain = journal.chains.get(session) ?? new Map<number, Uint8Array>();
    journal.chains.set(session, chain);
    if (!chain.has(seq)) chain.set(seq, bytes.slice());
  }
};

const tailOf = (journal: MemoryJournal): StoredBlock[] =>
  [...journal.chains].flatMap(([session, chain]) =>
    [...chain]
      .filter(([seq]) => seq > (journal.covers.get(session) ?? -1))
      .sort(([one], [other]) => one - other)
      .map(([seq, bytes]) => ({ session, seq, bytes: bytes.slice() })),
  );

const chainFrom = (
  chain: ReadonlyMap<number, Uint8Array> | undefined,
  session: SessionId,
  fromSeq: number,
  maxBytes: number,
): StoredBlock[] => {
  const found: StoredBlock[] = [];
  let total = 0;
  for (let seq = fromSeq; ; seq++) {
    const bytes = chain?.get(seq);
    if (!bytes) return found;
    total += bytes.length;
    if (total > maxBytes && found.length > 0) return found;
    found.push({ session, seq, bytes: bytes.slice() });
  }
};
