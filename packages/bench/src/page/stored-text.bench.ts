import { joinRoom, type Room } from "manyhands";
import { IndexeddbPersistence, storeState } from "y-indexeddb";
import * as Y from "yjs";
import type { Patch } from "../editing-histories.js";

export type StoringLibrary = "manyhands" | "y-indexeddb";

const secret = `${"A".repeat(42)}E`;

const applyEdit = (text: Y.Text, [position, deleted, inserted]: Patch): void => {
  if (deleted > 0) text.delete(position, deleted);
  if (inserted) text.insert(position, inserted);
};

/** Not by a timer: Chromium holds nested ones back for 4 ms each, which is more than most turns take. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });

/** Nobody else: what is measured is the disk. */
const openRoom = (name: string): Room => joinRoom(name, { secret, transports: [] });

/** Resolves when everything given to y-indexeddb so far is committed: IndexedDB keeps the order of transactions. */
const whenCommitted = (persistence: IndexeddbPersistence): Promise<void> =>
  new Promise((resolve, reject) => {
    const transaction = persistence.db?.transaction("updates", "readwrite");
    if (!transaction) throw new Error("the database is not open");
    transaction.oncomplete = () => resolve();
    transaction.onerror = reject;
    transaction.objectStore("updates").count();
  });

interface OpenText {
  readonly text: Y.Text;
  whenSaved(): Promise<void>;
  close(): Promise<void>;
}

const openText = async (library: StoringLibrary, name: string): Promise<OpenText> => {
  if (library === "manyhands") {
    const room = openRoom(name);
    await room.whenLoaded();
    return {
      text: room.doc.getText("text"),
      whenSaved: () => room.whenSaved(),
      close: () => room.close(),
    };
  }
  const doc = new Y.Doc();
  const persistence = new IndexeddbPersistence(name, doc);
  await persistence.whenSynced;
  return {
    text: doc.getText("text"),
    whenSaved: () => whenCommitted(persistence),
    close: () => persistence.destroy(),
  };
};

/** Opens what is stored: ms from the call to the text as a string, and its length. */
export const timeOpen = async (
  library: StoringLibrary,
  name: string,
): Promise<{ readonly ms: number; readonly length: number }> => {
  const begin = performance.now();
  const { text, close } = await openText(library, name);
  const { length } = text.toString();
  const ms = performance.now() - begin;
  await close();
  return { ms, length };
};

/**
 * Types the edits, `perTurn` in each turn of the event loop, and waits until all are stored: µs per edit. `perTurn` 0:
 * each is stored before the next is typed.
 */
export const timeTyping = async (
  library: StoringLibrary,
  name: string,
  edits: readonly Patch[],
  perTurn: number,
): Promise<number> => {
  const { text, whenSaved, close } = await openText(library, name);
  const begin = performance.now();
  for (const [at, edit] of edits.entries()) {
    applyEdit(text, edit);
    if (perTurn === 0) await whenSaved();
    else if (at % perTurn === perTurn - 1) await nextTurn();
  }
  await whenSaved();
  const us = ((performance.now() - begin) * 1000) / edits.length;
  await close();
  return us;
};

/** What y-indexeddb leaves after that many edits in one go: a record for each. Written at once, to save the minutes. */
export const fillYIndexedDb = async (name: string, edits: readonly Patch[]): Promise<void> => {
  const { close } = await openText("y-indexeddb", name);
  await close();
  const updates: Uint8Array[] = [];
  const doc = new Y.Doc();
  doc.on("update", (update: Uint8Array) => updates.push(update));
  for (const edit of edits) applyEdit(doc.getText("text"), edit);
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = reject;
  });
  await new Promise<void>((resolve, reject) => {
    const transaction = db.transaction("updates", "readwrite");
    for (const update of updates) transaction.objectStore("updates").add(update);
    transaction.oncomplete = () => resolve();
    transaction.onerror = reject;
  });
  db.close();
};

/** Has y-indexeddb merge its records into one, as it does a second after a pause. */
export const compactYIndexedDb = async (name: string): Promise<void> => {
  const persistence = new IndexeddbPersistence(name, new Y.Doc());
  await persistence.whenSynced;
  await storeState(persistence, true);
  await nextTurn();
  await whenCommitted(persistence);
  await persistence.destroy();
};

/** Types the edits into a room of ours, as fast as a page can in turns of 50, then lets it rest `restMs`. */
export const fillRoom = async (name: string, edits: readonly Patch[], restMs: number): Promise<void> => {
  const room = openRoom(name);
  await room.whenLoaded();
  const text = room.doc.getText("text");
  for (const [at, edit] of edits.entries()) {
    applyEdit(text, edit);
    if (at % 50 === 49) await nextTurn();
  }
  await room.whenSaved();
  await new Promise((resolve) => setTimeout(resolve, restMs));
  await room.close();
};
