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

/** A stretch of one client's structs, to be written together. */
interface Stretch {
  readonly client: number;
  readonly from: number;
  readonly to: number;
}

/** An update and what it holds of the client's own clocks. */
export interface EncodedStretch extends EncodedUpdate {
  readonly clock: number;
  readonly length: number;
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
  const stretches = [...from].map(([client, clock]) => ({ client, from: clock, to: clockOf(doc, client) }));
  return { version, bytes: encodeStretches(doc, stretches, deletions, version) };
};

/**
 * The same for one client, as updates of about `maxBytes` each that follow one another; the deletions are in the last.
 * A client's structs refer only to what was there before them, so that each update can be applied when it comes.
 */
export const encodeOwnChanges = (
  doc: Y.Doc,
  client: number,
  from: number,
  deletions: Deletions,
  version: 1 | 2,
  maxBytes: number,
): EncodedStretch[] => {
  const end = clockOf(doc, client);
  const updates: EncodedStretch[] = [];
  let clock = from;
  do {
    const to = endOfStretch(doc, client, clock, maxBytes);
    const stretch = { client, from: clock, to };
    const bytes = encodeStretches(doc, [stretch], to === end ? deletions : mergeDeletions([]), version);
    updates.push({ version, bytes, clock, length: to - clock });
    clock = to;
  } while (clock < end);
  return updates;
};

/** What a struct takes beside its text, roughly. */
const structBytes = 32;

/** The clock up to which the client's structs from `from` on weigh about `maxBytes`; always some progress. */
const endOfStretch = (doc: Y.Doc, client: number, from: number, maxBytes: number): number => {
  const structs = doc.store.clients.get(client) ?? [];
  let left = maxBytes;
  let clock = from;
  for (
    let at = clock < clockOf(doc, client) ? Y.findIndexSS(structs, clock) : structs.length;
    at < structs.length;
    at++
  ) {
    const struct = structs[at];
    if (!struct) break;
    const end = struct.id.clock + struct.length;
    const text = textOf(struct);
    const weight = text === undefined ? weigh(struct) : end - clock;
    if (weight + structBytes > left) {
      if (text === undefined) return clock === from ? end : clock;
      const cut = clock + Math.max(1, left - structBytes);
      return cut >= end ? end : keepPairs(text, cut - struct.id.clock) + struct.id.clock;
    }
    left -= weight + structBytes;
    clock = end;
  }
  return clock;
};

const textOf = (struct: Y.Item | Y.GC | Y.Skip): string | undefined =>
  struct instanceof Y.Item && struct.content instanceof Y.ContentString ? struct.content.str : undefined;

const weigh = (struct: Y.Item | Y.GC | Y.Skip): number =>
  struct instanceof Y.Item && struct.content instanceof Y.ContentBinary
    ? struct.content.content.byteLength
    : structBytes * Math.min(struct.length, 1_000);

/** A place near `at` that does not part a surrogate pair: Yjs would replace both halves. */
const keepPairs = (text: string, at: number): number => {
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before <= 0xdbff ? at + 1 : at;
};

const encodeStretches = (
  doc: Y.Doc,
  stretches: readonly Stretch[],
  deletions: Deletions,
  version: 1 | 2,
): Uint8Array => {
  const encoder = version === 1 ? new Y.UpdateEncoderV1() : new Y.UpdateEncoderV2();
  const written = stretches.filter(({ from, to }) => to > from);
  encoding.writeVarUint(encoder.restEncoder, written.length);
  // Higher clients first, as Yjs does: its conflict resolution meets them in the cheaper order.
  for (const { client, from, to } of written.sort((a, b) => b.client - a.client)) {
    const structs = doc.store.clients.get(client) ?? [];
    const first = Y.findIndexSS(structs, from);
    const last = Y.findIndexSS(structs, to - 1);
    encoding.writeVarUint(encoder.restEncoder, last - first + 1);
    encoder.writeClient(client);
    encoding.writeVarUint(encoder.restEncoder, from);
    for (const struct of structs.slice(first, last + 1)) writeStruct(encoder, struct, from, to);
  }
  writeDeletions(encoder, deletions);
  return encoder.toUint8Array();
};

/** Writes a struct, without what lies before `from` or, in a text, behind `to`. */
const writeStruct = (
  encoder: Y.UpdateEncoderV1 | Y.UpdateEncoderV2,
  struct: Y.Item | Y.GC | Y.Skip,
  from: number,
  to: number,
): void => {
  const { client, clock } = struct.id;
  const begin = Math.max(from, clock);
  const text = textOf(struct);
  if (text === undefined || !(struct instanceof Y.Item) || to >= clock + struct.length) {
    struct.write(encoder, begin - clock);
    return;
  }
  const origin = begin === clock ? struct.origin : Y.createID(client, begin - 1);
  const content = new Y.ContentString(text.slice(begin - clock, to - clock));
  const { rightOrigin, parent, parentSub } = struct;
  new Y.Item(Y.createID(client, begin), null, origin, null, rightOrigin, parent, parentSub, content).write(
    encoder,
    0,
  );
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
