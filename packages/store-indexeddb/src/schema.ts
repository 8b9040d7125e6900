/** The version of the layout below; raised with every change of it. */
export const schemaVersion = 1;

/**
 * The object stores of a room's database.
 *
 * `tail` and `history` hold block runs (see `block-run.ts`) under `[journal, session, to, from]`: because `to` stands before
 * `from`, the records that end at or after a seq are one key range, and so are those that a state covers wholly.
 * Every block is in exactly one record of the two; what the journal's state does not cover is in `tail`.
 */
export type StoreName = "tail" | "history" | "state" | "keys";

export const createSchema = (database: IDBDatabase): void => {
  const runKey = ["journal", "session", "to", "from"];
  database.createObjectStore("tail", { keyPath: runKey });
  database.createObjectStore("history", { keyPath: runKey });
  database.createObjectStore("state", { keyPath: "journal" });
  database.createObjectStore("keys");
};

/** All records of a journal. */
export const journalRange = (journal: string): IDBKeyRange => IDBKeyRange.bound([journal], [journal, []]);

/** The records of a chain that hold `seq` or later blocks. */
export const rangeFrom = (journal: string, session: string, seq: number): IDBKeyRange =>
  IDBKeyRange.bound([journal, session, seq], [journal, session, []]);

/** The records of a chain that hold no block after `seq`. */
export const rangeUpTo = (journal: string, session: string, seq: number): IDBKeyRange =>
  IDBKeyRange.bound([journal, session], [journal, session, seq, []]);

/** The record of a chain that ends exactly with `seq`. */
export const rangeEndingAt = (journal: string, session: string, seq: number): IDBKeyRange =>
  IDBKeyRange.bound([journal, session, seq], [journal, session, seq, []]);
