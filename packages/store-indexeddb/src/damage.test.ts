import "fake-indexeddb/auto";
import type { JournalId, ManyhandsError, RoomStore, SessionId } from "@manyhands/core";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test } from "vitest";
import { indexedDbStore } from "./indexed-db-store.js";

const journal = "a".repeat(32) as JournalId;
const session = "b".repeat(32) as SessionId;
const block = (seq: number, size = 10) => ({ session, seq, bytes: new Uint8Array(size).fill(seq) });
const strict = { durability: "strict" } as const;

let indexedDB: IDBFactory;
let problems: ManyhandsError[];
let room: RoomStore;

beforeEach(async () => {
  indexedDB = new IDBFactory();
  problems = [];
  room = await indexedDbStore({ indexedDB, persist: false }).open("room", {
    onProblem: (problem) => void problems.push(problem),
  });
});

const seqsOf = async (from: RoomStore) => (await from.load(journal)).tail.map(({ seq }) => seq);

/** The database itself, behind the store's back. */
const rawDatabase = (): Promise<globalThis.IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open("manyhands/room");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
const rawWrite = async (store: string, record: unknown): Promise<void> => {
  const database = await rawDatabase();
  const transaction = database.transaction(store, "readwrite");
  transaction.objectStore(store).put(record);
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  database.close();
};

test("a damaged record is left out, reported once, and makes room for the blocks to come again", async () => {
  await room.append(journal, [block(0)], strict);
  await room.append(journal, [block(1)], strict);
  await rawWrite("tail", { journal, session, from: 1, to: 1, packed: Uint8Array.of(200, 0, 0, 0, 1) });
  expect(await seqsOf(room)).toEqual([0]);
  expect(problems).toMatchObject([{ code: "storage-failed" }]);
  expect(await seqsOf(room)).toEqual([0]);
  expect(problems).toHaveLength(1);
  await room.append(journal, [block(1)], strict);
  expect(await seqsOf(room)).toEqual([0, 1]);
});

test("a damaged state gives its blocks back to the tail, also for the state after it", async () => {
  await room.append(journal, [block(0), block(1), block(2)], strict);
  await room.writeState(journal, Uint8Array.of(1), new Map([[session, 2]]));
  await rawWrite("state", { journal, state: "no bytes", covers: 7 });
  expect(await room.load(journal)).toMatchObject({
    state: undefined,
    tail: [{ seq: 0 }, { seq: 1 }, { seq: 2 }],
  });
  expect(problems).toHaveLength(1);
  await room.writeState(journal, Uint8Array.of(2), new Map([[session, 0]]));
  expect(await seqsOf(room)).toEqual([1, 2]);
  expect(await room.readChain(journal, session, 0, 1000)).toHaveLength(3);
});

test("device keys that cannot be read are made anew", async () => {
  const database = await rawDatabase();
  const transaction = database.transaction("keys", "readwrite");
  transaction.objectStore("keys").put({ publicKey: "?" }, "device");
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  database.close();
  const made = { publicKey: new Uint8Array(32).fill(3), privateKey: "three" };
  expect(await room.deviceKeys(async () => made)).toEqual(made);
});
