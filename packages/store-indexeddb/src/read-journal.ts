import type { JournalId, SessionId, StoredBlock, StoredJournal } from "@manyhands/core";
import { unpackRun } from "./block-run.js";
import { limits } from "./limits.js";
import { journalRange, rangeFrom } from "./schema.js";
import { readState } from "./stored-state.js";
import { resultOf } from "./transaction.js";

/** A record that does not parse. */
export interface DamagedRecord {
  readonly store: "tail" | "history" | "state";
  readonly key: IDBValidKey;
}

/** What was read, and what could not be. */
export interface Reading<Value> {
  readonly value: Value;
  readonly damaged: readonly DamagedRecord[];
}

type RunStore = "tail" | "history";

/** The newest state and every block that it does not cover. */
export const loadJournal = async (
  transaction: IDBTransaction,
  journal: JournalId,
): Promise<Reading<StoredJournal>> => {
  const [record, tail] = await Promise.all([
    resultOf<unknown>(transaction.objectStore("state").get(journal)),
    recordsOf(transaction, "tail", journalRange(journal)),
  ]);
  const known = readState(record);
  const damaged: DamagedRecord[] = record !== undefined && !known ? [{ store: "state", key: journal }] : [];
  // Without a state nothing is covered: when it was damaged, history holds what it covered.
  const history = known ? [] : await recordsOf(transaction, "history", journalRange(journal));
  const found = [...unpack("tail", tail, damaged), ...unpack("history", history, damaged)];
  const uncovered = found.filter(({ session, seq }) => seq > (known?.covers.get(session) ?? -1));
  return { value: { state: known?.state, tail: inOrderOnce(uncovered).map(copyOf) }, damaged };
};

/** Blocks of one chain from `fromSeq` on without gaps, at most `maxBytes`, at least one if there is one. */
export const readChain = async (
  transaction: IDBTransaction,
  journal: JournalId,
  session: SessionId,
  fromSeq: number,
  maxBytes: number,
): Promise<Reading<readonly StoredBlock[]>> => {
  const value: StoredBlock[] = [];
  const damaged: DamagedRecord[] = [];
  let next = fromSeq;
  let total = 0;
  for (;;) {
    const asked = next;
    const range = rangeFrom(journal, session, asked);
    const [packed, recent] = await Promise.all([
      recordsOf(transaction, "history", range, 1),
      recordsOf(transaction, "tail", range, limits.tailPageRecords),
    ]);
    const page = inOrderOnce([...unpack("history", packed, damaged), ...unpack("tail", recent, damaged)]);
    for (const block of page) {
      if (block.seq !== next) continue;
      total += block.bytes.length;
      if (total > maxBytes && value.length > 0) return { value, damaged };
      value.push(copyOf(block));
      next++;
    }
    if (next === asked) return { value, damaged };
  }
};

/** The journals of which a store keyed by runs holds anything; leaps from journal to journal. */
export const journalsOf = (store: IDBObjectStore): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const found: string[] = [];
    const request = store.openKeyCursor();
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return resolve(found);
      const journal = Array.isArray(cursor.key) ? cursor.key[0] : undefined;
      if (typeof journal !== "string") return resolve(found);
      found.push(journal);
      cursor.continue([journal, []]);
    };
  });

/** True if a record of `store` still cannot be read. */
export const isDamaged = (store: DamagedRecord["store"], record: unknown): boolean =>
  record !== undefined && (store === "state" ? readState(record) : unpackRun(record)) === undefined;

const recordsOf = (
  transaction: IDBTransaction,
  store: RunStore,
  range: IDBKeyRange,
  count?: number,
): Promise<unknown[]> => resultOf<unknown[]>(transaction.objectStore(store).getAll(range, count));

const unpack = (store: RunStore, records: readonly unknown[], damaged: DamagedRecord[]): StoredBlock[] =>
  records.flatMap((record) => {
    const blocks = unpackRun(record);
    const key = blocks ? undefined : keyOf(record);
    if (key) damaged.push({ store, key });
    return blocks ?? [];
  });

// A record's key is part of it, so the database itself vouches for these fields.
const keyOf = (record: unknown): IDBValidKey | undefined => {
  if (typeof record !== "object" || record === null) return undefined;
  if (!("journal" in record && "session" in record && "to" in record && "from" in record)) return undefined;
  const { journal, session, to, from } = record;
  const isKey =
    typeof journal === "string" &&
    typeof session === "string" &&
    typeof to === "number" &&
    typeof from === "number";
  return isKey ? [journal, session, to, from] : undefined;
};

const inOrderOnce = (blocks: readonly StoredBlock[]): StoredBlock[] =>
  [...blocks]
    .sort((one, other) =>
      one.session < other.session ? -1 : one.session > other.session ? 1 : one.seq - other.seq,
    )
    .filter((block, at, all) => block.session !== all[at - 1]?.session || block.seq !== all[at - 1]?.seq);

// A record's blocks share memory; whoever gets them may change or keep each alone.
const copyOf = (block: StoredBlock): StoredBlock => ({ ...block, bytes: block.bytes.slice() });
