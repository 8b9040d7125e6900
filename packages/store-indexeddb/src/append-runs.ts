import type { StoredBlock } from "@manyhands/core";
import { type BlockRun, packRuns, spanOfKey, unpackRun } from "./block-run.js";
import { limits } from "./limits.js";
import { rangeFrom } from "./schema.js";
import { resultOf } from "./transaction.js";

/** Puts into the tail what of a run is neither there nor in history, whichever tab stored it. */
export const appendRun = async (transaction: IDBTransaction, run: BlockRun): Promise<void> => {
  const tail = transaction.objectStore("tail");
  const range = rangeFrom(run.journal, run.session, run.from);
  const keys = await Promise.all([
    resultOf(tail.getAllKeys(range)),
    resultOf(transaction.objectStore("history").getAllKeys(range)),
  ]);
  const taken = keys
    .flat()
    .flatMap((key) => spanOfKey(key) ?? [])
    .filter(({ from }) => from <= run.to);
  if (taken.length === 0) {
    await resultOf(tail.put(run));
    return;
  }
  const isTaken = ({ seq }: StoredBlock) => taken.some(({ from, to }) => from <= seq && seq <= to);
  const missing = (unpackRun(run) ?? []).filter((block) => !isTaken(block));
  const runs = packRuns(run.journal, missing, limits.maxRecordBytes);
  await Promise.all(runs.map((one) => resultOf(tail.put(one))));
};
