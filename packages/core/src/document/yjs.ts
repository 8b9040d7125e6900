/** The one file that names Yjs as a value; everything here is Yjs 13.6 and may change with the next Yjs. */
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** Where changes begin: for each Yjs client the first clock that is new. */
export type ChangedFrom = ReadonlyMap<number, number>;

/** Ranges of deleted structs, by client. */
export type Deletions = ReturnType<typeof Y.createDeleteSet>;

export const createDoc = (options?: { guid?: string; gc?: boolean }): Y.Doc => new Y.Doc(options);

/** What any of the delete sets deletes. */
export const mergeDeletions = (all: readonly Deletions[]): Deletions => Y.mergeDeleteSets([...all]);

/** One update as it stands in a block. */
export interface EncodedUpdate {
  readonly version: 1 | 2;
  readonly bytes: Uint8Array;
}

/**
 * Encodes what the given clients wrote since the given clocks, and the deletions, as one update. Runs over the new
 * structs alone, never over the document; Yjs's own diff sends the whole delete set each time.
 */
export const encodeChanges = (
  doc: Y.Doc,
  from: ChangedFrom,
  deletions: Deletions,
  version: 1 | 2,
): EncodedUpdate => {
  const encoder = version === 1 ? new Y.UpdateEncoderV1() : new Y.UpdateEncoderV2();
  const written = [...from].filter(([client, clock]) => Y.getState(doc.store, client) > clock);
  encoding.writeVarUint(encoder.restEncoder, written.length);
  // Higher clients first, as Yjs does: its conflict resolution meets them in the cheaper order.
  for (const [client, clock] of written.sort((a, b) => b[0] - a[0])) {
    const structs = doc.store.clients.get(client) ?? [];
    const first = Y.findIndexSS(structs, clock);
    encoding.writeVarUint(encoder.restEncoder, structs.length - first);
    encoder.writeClient(client);
    encoding.writeVarUint(encoder.restEncoder, clock);
    for (let at = first; at < structs.length; at++) {
      const struct = structs[at];
      if (struct) struct.write(encoder, at === first ? clock - struct.id.clock : 0);
    }
  }
  writeDeletions(encoder, deletions);
  return { version, bytes: encoder.toUint8Array() };
};

const writeDeletions = (encoder: Y.UpdateEncoderV1 | Y.UpdateEncoderV2, deletions: Deletions): void => {
  encoding.writeVarUint(encoder.restEncoder, deletions.clients.size);
  for (const [client, ranges] of [...deletions.clients].sort((a, b) => b[0] - a[0])) {
    encoder.resetDsCurVal();
    encoding.writeVarUint(encoder.restEncoder, client);
    encoding.writeVarUint(encoder.restEncoder, ranges.length);
    for (const range of ranges) {
      encoder.writeDsClock(range.clock);
      encoder.writeDsLen(range.len);
    }
  }
};

/** The clock that the client's next struct gets. */
export const clockOf = (doc: Y.Doc, client: number): number => Y.getState(doc.store, client);

/**
 * Applies updates in one transaction that is not local and has `origin`. Never throws: what Yjs or the app's observers
 * throw is returned, and does not keep the other updates out.
 */
export const applyUpdates = (doc: Y.Doc, updates: readonly EncodedUpdate[], origin: unknown): unknown[] => {
  const errors: unknown[] = [];
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      errors.push(error);
    }
  };
  const applyAll = (): void => {
    for (const { version, bytes } of updates)
      attempt(() => (version === 1 ? Y.applyUpdate : Y.applyUpdateV2)(doc, bytes, origin));
  };
  attempt(() => Y.transact(doc, applyAll, origin, false));
  return errors;
};

/** Whether Yjs holds something back because a dependency is missing. Our delivery is causal, so it never should. */
export const isPending = (doc: Y.Doc): boolean =>
  doc.store.pendingStructs !== null || doc.store.pendingDs !== null;

/** Nothing was ever written into it. */
export const isEmpty = (doc: Y.Doc): boolean => doc.store.clients.size === 0;

/** The whole state, compact. */
export const encodeState = (doc: Y.Doc): EncodedUpdate => ({
  version: 2,
  bytes: Y.encodeStateAsUpdateV2(doc),
});

/** What `doc` holds beyond `known`, as one update; `undefined` when there is nothing. Both stay as they are. */
export const encodeBeyond = (doc: Y.Doc, known: readonly EncodedUpdate[]): EncodedUpdate | undefined => {
  const scratch = createDoc();
  keepPure(scratch);
  applyUpdates(scratch, known, "known");
  const found: Uint8Array[] = [];
  scratch.on("update", (update: Uint8Array) => found.push(update));
  Y.applyUpdate(scratch, Y.encodeStateAsUpdate(doc));
  scratch.destroy();
  return found[0] && { version: 1, bytes: found[0] };
};

/**
 * The document's state as bytes that are equal on every replica that holds the same blocks: as a fresh document
 * writes it that got it whole.
 */
export const canonicalState = (doc: Y.Doc): Uint8Array => {
  const fresh = createDoc();
  keepPure(fresh);
  Y.applyUpdateV2(fresh, Y.encodeStateAsUpdateV2(doc));
  const bytes = Y.encodeStateAsUpdateV2(fresh);
  fresh.destroy();
  return bytes;
};

/**
 * Keeps Yjs from cleaning up formatting after remote transactions: each receiver would write deletes of its own, and
 * replicas with the same blocks would differ. Returns the undo.
 */
export const keepPure = (doc: Y.Doc): (() => void) => {
  const onAfterTransaction = (transaction: Y.Transaction): void => {
    if (!transaction.local) transaction._needFormattingCleanup = false;
  };
  doc.on("afterTransaction", onAfterTransaction);
  return () => doc.off("afterTransaction", onAfterTransaction);
};

/**
 * The update that `write` makes in a document of its own under the given client: the same on every device, if `write`
 * does the same everywhere.
 */
export const encodeWritten = (write: (doc: Y.Doc) => void, client: number): EncodedUpdate => {
  const doc = createDoc();
  doc.clientID = client;
  doc.transact(() => write(doc));
  const bytes = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return { version: 1, bytes };
};
