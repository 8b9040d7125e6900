import "fake-indexeddb/auto";
import type { Clock, JournalId, ManyhandsError, RoomStore, SessionId } from "@manyhands/core";
import { forceCloseDatabase, IDBDatabase, IDBFactory, IDBObjectStore } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CanaryStorage } from "./canary.js";
import { type IndexedDbStoreOptions, indexedDbStore } from "./indexed-db-store.js";
import { limits } from "./limits.js";

const journal = "a".repeat(32) as JournalId;
const session = "b".repeat(32) as SessionId;
const block = (seq: number, size = 10) => ({ session, seq, bytes: new Uint8Array(size).fill(seq) });
const strict = { durability: "strict" } as const;
const relaxed = { durability: "relaxed" } as const;

let indexedDB: IDBFactory;
let disk: Map<string, string>;
let problems: ManyhandsError[];
const localStorage: CanaryStorage = {
  getItem: (key) => disk.get(key) ?? null,
  setItem: (key, value) => void disk.set(key, value),
};
const events = { onProblem: (problem: ManyhandsError) => void problems.push(problem) };
const open = (options: IndexedDbStoreOptions = {}): Promise<RoomStore> =>
  indexedDbStore({ indexedDB, localStorage, persist: false, ...options }).open("room", events);
const seqsOf = async (room: RoomStore) => (await room.load(journal)).tail.map(({ seq }) => seq);

const deleteDatabase = (): Promise<unknown> =>
  new Promise((resolve) => {
    indexedDB.deleteDatabase("manyhands/room").onsuccess = resolve;
  });
/** A clock whose timers fire when the test says so. */
const handClock = (): Clock & { fire(delayMs: number): void } => {
  const timers = new Map<() => void, number>();
  return {
    now: () => 0,
    setTimer: (fire, delayMs) => {
      timers.set(fire, delayMs);
      return () => void timers.delete(fire);
    },
    fire: (delayMs) => {
      for (const [fire, delay] of timers) if (delay === delayMs) fire();
    },
  };
};

beforeEach(() => {
  indexedDB = new IDBFactory();
  disk = new Map();
  problems = [];
});
afterEach(() => {
  vi.restoreAllMocks();
});

test("a deleted database is told apart from a new one", async () => {
  const room = await open();
  expect(room.health).toBe("new");
  await room.append(journal, [block(0)], strict);
  await room.close();
  await deleteDatabase();
  const again = await open();
  expect(again.health).toBe("lost");
  await again.close();
  expect((await open()).health).toBe("intact");
});

test("a loss that the browser tells of counts without a canary", async () => {
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, "open").mockImplementation((...args) => {
    const request = open(...args);
    request.addEventListener("upgradeneeded", (event) => Object.assign(event, { dataLoss: "total" }));
    return request;
  });
  const store = indexedDbStore({ indexedDB, persist: false });
  expect((await store.open("room", events)).health).toBe("lost");
});

test("a canary that cannot be read or left does no harm", async () => {
  const forbidden: CanaryStorage = {
    getItem: () => {
      throw new DOMException("no", "SecurityError");
    },
    setItem: () => {
      throw new DOMException("no", "QuotaExceededError");
    },
  };
  expect((await open({ localStorage: forbidden })).health).toBe("new");
});

test("storage that is forbidden rejects with storage-blocked", async () => {
  const throwing = (name: string) =>
    ({
      open: () => {
        throw new DOMException("denied", name);
      },
    }) as unknown as IDBFactory;
  for (const name of ["SecurityError", "InvalidStateError"])
    await expect(open({ indexedDB: throwing(name) })).rejects.toMatchObject({ code: "storage-blocked" });
  await expect(open({ indexedDB: throwing("UnknownError") })).rejects.toMatchObject({
    code: "storage-failed",
  });
});

test("without IndexedDB open rejects with unsupported", async () => {
  vi.stubGlobal("indexedDB", undefined);
  const store = indexedDbStore();
  await expect(store.open("room", events)).rejects.toMatchObject({ code: "unsupported" });
  vi.unstubAllGlobals();
});

test("a database of a newer version rejects with storage-failed and says what to do", async () => {
  const newer = indexedDB.open("manyhands/room", 99);
  await new Promise((resolve) => {
    newer.onsuccess = resolve;
  });
  newer.result.close();
  await expect(open()).rejects.toMatchObject({
    code: "storage-failed",
    message: expect.stringContaining("reload"),
  });
});

test("an open that never answers fails at its deadline, and a late database is closed", async () => {
  const clock = handClock();
  const request = { result: { close: vi.fn() }, onsuccess: () => undefined };
  const opening = open({ clock, indexedDB: { open: () => request } as unknown as IDBFactory });
  const outcome = expect(opening).rejects.toMatchObject({ code: "storage-failed" });
  await Promise.resolve();
  clock.fire(limits.openMs);
  await outcome;
  request.onsuccess();
  expect(request.result.close).toHaveBeenCalledOnce();
});

test("a transaction that never ends fails at its deadline, and the room goes on", async () => {
  const clock = handClock();
  const room = await open({ clock });
  const stuck = { objectStore: () => ({ getAllKeys: () => ({}) }), abort: vi.fn(), error: null };
  vi.spyOn(IDBDatabase.prototype, "transaction").mockReturnValueOnce(stuck as never);
  const append = room.append(journal, [block(0)], strict);
  const outcome = expect(append).rejects.toMatchObject({ code: "storage-failed" });
  await new Promise((resolve) => setImmediate(resolve));
  clock.fire(limits.transactionMs);
  await outcome;
  expect(stuck.abort).toHaveBeenCalled();
  await room.append(journal, [block(0)], strict);
  expect(await seqsOf(room)).toEqual([0]);
});

test("a full disk rejects every append of the group, names the quota, and leaves nothing half written", async () => {
  const room = await open();
  const put = IDBObjectStore.prototype.put;
  let puts = 0;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...args) {
    if (++puts === 2) throw new DOMException("full", "QuotaExceededError");
    return put.apply(this, args);
  });
  const outcomes = await Promise.allSettled([
    room.append(journal, [block(0), block(5)], strict),
    room.append(journal, [block(9)], relaxed),
  ]);
  const error = { code: "storage-failed", message: expect.stringContaining("quota") };
  expect(outcomes).toEqual([
    { status: "rejected", reason: expect.objectContaining(error) },
    { status: "rejected", reason: expect.objectContaining(error) },
  ]);
  expect(await seqsOf(room)).toEqual([]);
  await room.append(journal, [block(0)], strict);
  expect(await seqsOf(room)).toEqual([0]);
});

test("a disk that is full only when the transaction commits is named as well", async () => {
  const room = await open();
  // Its requests fail first, and say only that the transaction was aborted.
  const request = { error: new DOMException("", "AbortError"), onerror: () => undefined };
  const error = new DOMException("", "QuotaExceededError");
  const objectStore = () => ({ getAllKeys: () => request });
  const transaction = { objectStore, error, abort: () => undefined, onabort: () => undefined };
  vi.spyOn(IDBDatabase.prototype, "transaction").mockReturnValueOnce(transaction as never);
  const append = room.append(journal, [block(0)], strict);
  const outcome = expect(append).rejects.toMatchObject({ message: expect.stringContaining("quota") });
  await new Promise((resolve) => setImmediate(resolve));
  request.onerror();
  await new Promise((resolve) => setImmediate(resolve));
  transaction.onabort();
  await outcome;
});

test("an aborted transaction rejects with storage-failed, and the next one works", async () => {
  const room = await open();
  const transaction = IDBDatabase.prototype.transaction;
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(function (
    this: IDBDatabase,
    ...args
  ) {
    const made = transaction.apply(this, args);
    queueMicrotask(() => made.abort());
    return made;
  });
  await expect(room.append(journal, [block(0)], strict)).rejects.toMatchObject({ code: "storage-failed" });
  await room.append(journal, [block(0)], strict);
  expect(await seqsOf(room)).toEqual([0]);
});

test("a connection that the browser closed silently is opened again, once, within the call", async () => {
  const room = await open();
  await room.append(journal, [block(0)], strict);
  const gone = () => {
    throw new DOMException("The database connection is closing.", "InvalidStateError");
  };
  const spy = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(gone);
  await room.append(journal, [block(1)], strict);
  expect(await seqsOf(room)).toEqual([0, 1]);
  spy.mockImplementationOnce(gone).mockImplementationOnce(gone);
  await expect(room.load(journal)).rejects.toMatchObject({ code: "storage-failed" });
  expect(await seqsOf(room)).toEqual([0, 1]);
});

test("a connection that the browser closed with an event is reported and opened again", async () => {
  const opened: IDBDatabase[] = [];
  const room = await open({ indexedDB: recording(opened) });
  await room.append(journal, [block(0)], strict);
  forceClose(opened);
  expect(problems).toMatchObject([{ code: "storage-failed" }]);
  expect(await seqsOf(room)).toEqual([0]);
  expect(opened).toHaveLength(2);
});

test("a database that was deleted under the room is found lost when it is opened again", async () => {
  const opened: IDBDatabase[] = [];
  const room = await open({ indexedDB: recording(opened) });
  await room.append(journal, [block(0)], strict);
  forceClose(opened);
  await deleteDatabase();
  expect(await seqsOf(room)).toEqual([]);
  expect(room.health).toBe("lost");
  expect(problems).toHaveLength(2);
});

test("a room steps aside for another version, says so, and answers every call", async () => {
  const room = await open();
  await deleteDatabase();
  expect(problems).toMatchObject([{ code: "storage-failed", message: expect.stringContaining("reload") }]);
  await expect(room.load(journal)).rejects.toMatchObject({ code: "storage-failed" });
  await room.close();
  await expect(room.load(journal)).rejects.toMatchObject({ code: "closed" });
});

test("a listener that throws does not disturb the room", async () => {
  const opened: IDBDatabase[] = [];
  const room = await indexedDbStore({ indexedDB: recording(opened), persist: false }).open("room", {
    onProblem: () => {
      throw new Error("the app's own");
    },
  });
  forceClose(opened);
  expect(await seqsOf(room)).toEqual([]);
});

test("device keys that cannot be stored reject with a reason", async () => {
  const room = await open();
  const unstorable = { publicKey: new Uint8Array(32), privateKey: () => undefined };
  await expect(room.deviceKeys(async () => unstorable)).rejects.toMatchObject({
    code: "storage-failed",
    message: expect.stringContaining("structured-cloneable"),
  });
});

test("the browser is asked to keep the data after the first own block, once, and may refuse", async () => {
  const persist = vi.fn(() => Promise.reject(new Error("no")));
  vi.stubGlobal("navigator", { storage: { persist } });
  const room = await open({ persist: true });
  await room.append(journal, [block(0)], relaxed);
  expect(persist).not.toHaveBeenCalled();
  await room.append(journal, [block(1)], strict);
  await room.append(journal, [block(2)], strict);
  expect(persist).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});

// The library's types ask for the class where an instance is meant.
const forceClose = (databases: readonly IDBDatabase[]): void => {
  for (const database of databases) forceCloseDatabase(database as never);
};

/** A factory that remembers the databases it opened. */
const recording = (opened: IDBDatabase[]): IDBFactory => {
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, "open").mockImplementation((...args) => {
    const request = open(...args);
    request.addEventListener("success", () => opened.push(request.result as unknown as IDBDatabase));
    return request;
  });
  return indexedDB;
};
