import type { JournalId, SessionId } from "@manyhands/core";
import { isSeq, isSessionId } from "./block-run.js";

/** The record of a journal's newest local state. */
export interface StateRecord {
  readonly journal: JournalId;
  readonly state: Uint8Array;
  /** Session → highest seq that the state covers. */
  readonly covers: ReadonlyMap<SessionId, number>;
}

/** Reads a record that may be damaged; `undefined` if it is, or if there is none. */
export const readState = (record: unknown): Pick<StateRecord, "state" | "covers"> | undefined => {
  if (typeof record !== "object" || record === null || !("state" in record) || !("covers" in record))
    return undefined;
  const { state, covers } = record;
  if (!(state instanceof Uint8Array) || !(covers instanceof Map)) return undefined;
  const read = new Map<SessionId, number>();
  for (const [session, seq] of covers) {
    if (!isSessionId(session) || !isSeq(seq)) return undefined;
    read.set(session, seq);
  }
  return { state, covers: read };
};
