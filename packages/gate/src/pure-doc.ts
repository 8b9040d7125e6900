import * as Y from "yjs";

/**
 * Keeps Yjs from cleaning up formatting after remote transactions: each receiver would make deletes of its own, and
 * replicas with the same updates would differ. For every document that is given gated updates.
 * @returns the undo
 */
export const keepPure = (doc: Y.Doc): (() => void) => {
  const onAfterTransaction = (transaction: Y.Transaction): void => {
    if (!transaction.local) transaction._needFormattingCleanup = false;
  };
  doc.on("afterTransaction", onAfterTransaction);
  return () => doc.off("afterTransaction", onAfterTransaction);
};

/**
 * Makes what is written in `doc` pass the gate. Undo in a nested type that was itself undone can place an element between
 * neighbours that are not next to each other any more, which every gate refuses, since such elements make
 * replicas differ. Here they get their real neighbours, in the transaction that made them, before anyone saw them.
 * For the document of every author.
 * @returns the undo
 */
export const keepAdjacent = (doc: Y.Doc): (() => void) => {
  const onBeforeObserverCalls = (transaction: Y.Transaction): void => {
    if (transaction.local) mendOrigins(transaction);
  };
  doc.on("beforeObserverCalls", onBeforeObserverCalls);
  return () => doc.off("beforeObserverCalls", onBeforeObserverCalls);
};

const mendOrigins = ({ doc, beforeState }: Y.Transaction): void => {
  const before = beforeState.get(doc.clientID) ?? 0;
  const structs = doc.store.clients.get(doc.clientID);
  if (!structs || Y.getState(doc.store, doc.clientID) === before) return;
  // From the newest to the oldest, each leaving the list when it is done: what then stands beside an element is what
  // stood there when it was made.
  const lefts = new Map<Y.Item, Y.Item | null>();
  const rights = new Map<Y.Item, Y.Item | null>();
  for (let at = structs.length - 1; at >= 0; at--) {
    const item = structs[at];
    if (!item || item.id.clock < before) return;
    if (!(item instanceof Y.Item)) continue;
    const left = lefts.has(item) ? lefts.get(item) : item.left;
    const right = rights.has(item) ? rights.get(item) : item.right;
    if (left) rights.set(left, right ?? null);
    if (right) lefts.set(right, left ?? null);
    const origin = left ? left.lastId : null;
    if (!Y.compareIDs(item.origin, origin)) item.origin = origin;
    const rightOrigin = right ? right.id : null;
    if (!Y.compareIDs(item.rightOrigin, rightOrigin)) item.rightOrigin = rightOrigin;
  }
};
