import { type Clock, ManyhandsError } from "@manyhands/core";
import { limits } from "./limits.js";
import type { StoreName } from "./schema.js";

/** What a transaction is for. */
export interface TransactionPlan<Result> {
  readonly stores: readonly StoreName[];
  readonly mode: IDBTransactionMode;
  readonly durability?: IDBTransactionDurability;
  /** Waits for requests of this transaction only: it commits when none is pending. */
  work(transaction: IDBTransaction): Promise<Result>;
}

/**
 * Runs one transaction: resolves when it is committed, rejects with the browser's reason when it is not, and with an
 * error of ours when it takes longer than `limits.transactionMs`. Throws what opening a transaction throws.
 */
export const runTransaction = <Result>(
  database: IDBDatabase,
  clock: Clock,
  plan: TransactionPlan<Result>,
): Promise<Result> => {
  const options = plan.durability ? { durability: plan.durability } : {};
  const transaction = database.transaction(plan.stores, plan.mode, options);
  return new Promise<Result>((resolve, reject) => {
    let failure: unknown;
    const fail = (cause: unknown) => {
      failure ??= cause;
      abort(transaction);
    };
    const cancelDeadline = clock.setTimer(() => {
      fail(new ManyhandsError("storage-failed", "IndexedDB does not answer: reload the page."));
      reject(failure);
    }, limits.transactionMs);
    const work = plan.work(transaction);
    transaction.oncomplete = () => {
      cancelDeadline();
      resolve(work);
    };
    transaction.onabort = () => {
      cancelDeadline();
      // A full disk is told by the transaction alone; other reasons are told first by the request or the work.
      const { error } = transaction;
      const cause = error?.name === "QuotaExceededError" ? error : (failure ?? error);
      reject(cause ?? new DOMException("The transaction was aborted.", "AbortError"));
    };
    work.then(() => commit(transaction), fail);
  });
};

/** The result of a request, as a promise. */
export const resultOf = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const abort = (transaction: IDBTransaction): void => {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
};

const commit = (transaction: IDBTransaction): void => {
  try {
    transaction.commit();
  } catch {
    // It has ended already; without this call it would commit by itself, a little later.
  }
};
