import "fake-indexeddb/auto";
import type { JournalId, RoomStore, SessionId } from "@manyhands/core";
import { IDBDatabase, IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { indexedDbStore } from "./indexed-db-store.js";
import { limits } from "./limits.js";

const journal = "a".repeat(32) as JournalId;
const session = "b".repeat(32) as SessionId;
const block = (seq: number, size = 10) => ({ session, seq, bytes: new Uint8Array(size).fill(seq) });
const covers = (seq: number) => new Map([[session, seq]]);
const state = Uint8Array.of(1);
const strict = { durability: "strict" } as const;
const relaxed = { durability: "relaxed" } as const;

let indexedDB: IDBFactory;
let room: RoomStore;

beforeEach(async () => {
  indexedDB = new IDBFactory();
  room = await indexedDbStore({ indexedDB, persist: false }).open("room", { onProblem: () => undefined });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await room.close();
});

const seqsOf = async (from: RoomStore) => (await from.load(journal)).tail.map(({ seq }) => seq);

/** The runs on the disk, as `from–to`. */
const recordsOf = async (store: "tail" | "history"): Promise<string[]> => {
  const database = await new Promise<globalThis.IDBDatabase>((resolve) => {
    const request = indexedDB.open("manyhands/room");
    request.onsuccess = () => resolve(request.result);
  });
  const request = database.transaction(store).objectStore(store).getAllKeys();
  const keys = await new Promise<IDBValidKey[]>((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  database.close();
  return keys.map((key) => (Array.isArray(key) ? `${key[3]}–${key[2]}` : "?"));
};

test("every block is in exactly one record: a run that a state covers in part is split", async () => {
  await room.append(
    journal,
    Array.from({ length: 10 }, (_, seq) => block(seq)),
    strict,
  );
  expect([await recordsOf("history"), await recordsOf("tail")]).toEqual([[], ["0–9"]]);
  await room.writeState(journal, state, covers(4));
  expect([await recordsOf("history"), await recordsOf("tail")]).toEqual([["0–4"], ["5–9"]]);
  await room.append(journal, [block(3), block(4), block(9), block(10)], strict);
  expect([await recordsOf("history"), await recordsOf("tail")]).toEqual([["0–4"], ["5–9", "10–10"]]);
  await room.writeState(journal, state, covers(2));
  expect([await recordsOf("history"), await recordsOf("tail")]).toEqual([["0–2"], ["3–4", "5–9", "10–10"]]);
});

test("many small states make few records, none above its bound", async () => {
  const blocks = 120;
  const size = limits.maxRecordBytes / 30;
  for (let seq = 0; seq < blocks; seq++) {
    await room.append(journal, [block(seq, size)], relaxed);
    await room.writeState(journal, state, covers(seq));
  }
  const records = await recordsOf("history");
  expect(await recordsOf("tail")).toEqual([]);
  expect(records.length).toBe(Math.ceil(blocks / Math.floor(limits.maxRecordBytes / (size + 4))));
});

test("close lets every group of appends that waits be written", async () => {
  const appends = [0, 1, 2].map((seq) => room.append(journal, [block(seq, limits.maxGroupBytes)], strict));
  await room.close();
  await Promise.all(appends);
  room = await indexedDbStore({ indexedDB, persist: false }).open("room", { onProblem: () => undefined });
  expect(await seqsOf(room)).toEqual([0, 1, 2]);
});

test("appends that wait share a transaction, strict if one of them is", async () => {
  const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
  const appends = [room.append(journal, [block(0)], relaxed)];
  await new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => resolve(undefined))));
  for (let seq = 1; seq < 1000; seq++)
    appends.push(room.append(journal, [block(seq)], seq === 500 ? strict : relaxed));
  await Promise.all(appends);
  expect(transaction.mock.calls.map(([, , options]) => options)).toEqual([
    { durability: "relaxed" },
    { durability: "strict" },
  ]);
  expect(await seqsOf(room)).toHaveLength(1000);
});

test("a group stays within its bound, and what waits stays within its own", async () => {
  const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
  const size = limits.maxGroupBytes / 4;
  await Promise.all(Array.from({ length: 8 }, (_, seq) => room.append(journal, [block(seq, size)], relaxed)));
  expect(transaction).toHaveBeenCalledTimes(2);
  const half = block(100, limits.maxWaitingBytes / 2);
  const outcomes = await Promise.allSettled(
    [half, half, block(101, 1)].map((one) => room.append(journal, [one], strict)),
  );
  expect(outcomes).toMatchObject([
    { status: "fulfilled" },
    { status: "fulfilled" },
    { status: "rejected", reason: { code: "storage-failed" } },
  ]);
});
