import type { JournalId, SessionId, StoredBlock } from "@manyhands/core";
import { type BlockRun, isSessionId, packRuns, runBytes, unpackRun } from "./block-run.js";
import { limits } from "./limits.js";
import { journalRange, rangeEndingAt, rangeFrom, rangeUpTo } from "./schema.js";
import { readState, type StateRecord } from "./stored-state.js";
import { resultOf } from "./transaction.js";

/** Keeps a state, moves what it covers from the tail into packed history, and back what it covers no more. */
export const writeState = async (transaction: IDBTransaction, record: StateRecord): Promise<void> => {
  const { journal, covers } = record;
  const states = transaction.objectStore("state");
  const [old, recent, historyKeys] = await Promise.all([
    resultOf<unknown>(states.get(journal)).then(readState),
    resultOf<unknown[]>(transaction.objectStore("tail").getAll(journalRange(journal))),
    resultOf(transaction.objectStore("history").getAllKeys(journalRange(journal))),
  ]);
  const tail = new Map<SessionId, StoredBlock[]>();
  for (const block of recent.flatMap((run) => unpackRun(run) ?? [])) {
    const chain = tail.get(block.session);
    if (chain) chain.push(block);
    else tail.set(block.session, [block]);
  }
  await Promise.all(
    [...tail].map(([session, blocks]) => {
      const upTo = covers.get(session);
      return upTo === undefined ? undefined : cover(transaction, journal, session, upTo, blocks);
    }),
  );
  // Two tabs may write states in turn, the later one knowing less.
  const packed = new Set(historyKeys.flatMap((key) => sessionOf(key) ?? []));
  const uncovered = [...packed].filter((session) => {
    const before = old ? (old.covers.get(session) ?? -1) : Number.POSITIVE_INFINITY;
    return before > (covers.get(session) ?? -1);
  });
  await Promise.all(
    uncovered.map((session) => uncover(transaction, journal, session, covers.get(session) ?? -1)),
  );
  await resultOf(states.put(record));
};

/** Moves the blocks up to `upTo` of one chain from the tail into history. */
const cover = async (
  transaction: IDBTransaction,
  journal: JournalId,
  session: SessionId,
  upTo: number,
  tail: readonly StoredBlock[],
): Promise<void> => {
  const [first, ...others] = tail.filter(({ seq }) => seq <= upTo);
  if (!first) return;
  const store = transaction.objectStore("tail");
  const history = transaction.objectStore("history");
  const [straddling, before] = await Promise.all([
    resultOf<unknown>(store.get(rangeFrom(journal, session, upTo + 1))),
    resultOf<unknown>(history.get(rangeEndingAt(journal, session, first.seq - 1))),
  ]);
  store.delete(rangeUpTo(journal, session, upTo));
  const kept = unpackRun(straddling) ?? [];
  if (kept[0] && kept[0].seq <= upTo)
    await replace(
      store,
      journal,
      kept,
      kept.filter(({ seq }) => seq > upTo),
    );
  const last = unpackRun(before) ?? [];
  const joined = runBytes([...last, first]) <= limits.maxRecordBytes ? last : [];
  await replace(history, journal, joined, [...joined, first, ...others]);
};

/** Moves the blocks after `upTo` of one chain from history back into the tail. */
const uncover = async (
  transaction: IDBTransaction,
  journal: JournalId,
  session: SessionId,
  upTo: number,
): Promise<void> => {
  const history = transaction.objectStore("history");
  const records = await resultOf<unknown[]>(history.getAll(rangeFrom(journal, session, upTo + 1)));
  await Promise.all(
    records.map(async (record) => {
      const blocks = unpackRun(record) ?? [];
      await replace(
        history,
        journal,
        blocks,
        blocks.filter(({ seq }) => seq <= upTo),
      );
      await put(
        transaction.objectStore("tail"),
        journal,
        blocks.filter(({ seq }) => seq > upTo),
      );
    }),
  );
};

/** Takes the record that holds exactly `old` (perhaps nothing) away and puts `blocks` in its place. */
const replace = async (
  store: IDBObjectStore,
  journal: JournalId,
  old: readonly StoredBlock[],
  blocks: readonly StoredBlock[],
): Promise<void> => {
  const [first] = old;
  const last = old.at(-1);
  if (first && last) await resultOf(store.delete([journal, first.session, last.seq, first.seq]));
  await put(store, journal, blocks);
};

const put = async (
  store: IDBObjectStore,
  journal: JournalId,
  blocks: readonly StoredBlock[],
): Promise<void> => {
  const runs: BlockRun[] = packRuns(journal, blocks, limits.maxRecordBytes);
  await Promise.all(runs.map((run) => resultOf(store.put(run))));
};

const sessionOf = (key: IDBValidKey): SessionId | undefined =>
  Array.isArray(key) && isSessionId(key[1]) ? key[1] : undefined;
