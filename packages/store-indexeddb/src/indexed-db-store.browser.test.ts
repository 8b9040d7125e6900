import type { JournalId, RoomStore, SessionId } from "@manyhands/core";
import { describeStore } from "@manyhands/testing/contracts";
import { afterEach, expect, test, vi } from "vitest";
import { indexedDbStore } from "./indexed-db-store.js";

const journal = "a".repeat(32) as JournalId;
const session = "b".repeat(32) as SessionId;
const strict = { durability: "strict" } as const;
const relaxed = { durability: "relaxed" } as const;
const events = { onProblem: () => undefined };

let places = 0;
/** A prefix that no other test uses, nor an earlier run in the same profile. */
const freshPrefix = (): string => `${Date.now()}-${places++}/`;
const open = (prefix: string): Promise<RoomStore> =>
  indexedDbStore({ prefix, persist: false }).open("room", events);
const deleteDatabase = (name: string): Promise<unknown> =>
  new Promise((resolve) => {
    indexedDB.deleteDatabase(name).onsuccess = resolve;
  });
const rowsOf = async (name: string): Promise<number> => {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
  });
  const transaction = database.transaction([...database.objectStoreNames]);
  const counts = [...database.objectStoreNames].map(
    (store) =>
      new Promise<number>((resolve) => {
        const request = transaction.objectStore(store).count();
        request.onsuccess = () => resolve(request.result);
      }),
  );
  const rows = await Promise.all(counts);
  database.close();
  return rows.reduce((sum, count) => sum + count, 0);
};

afterEach(() => {
  vi.restoreAllMocks();
});

describeStore(
  "IndexedDB",
  () => {
    const prefix = freshPrefix();
    const options = { prefix, persist: false };
    const cleanUp = async () => {
      const mine = (await indexedDB.databases()).flatMap(({ name }) =>
        name?.startsWith(prefix) ? [name] : [],
      );
      await Promise.all(mine.map(deleteDatabase));
    };
    return { store: indexedDbStore(options), otherTab: indexedDbStore(options), cleanUp };
  },
  { scripts: 25 },
);

test("10,000 appends become few transactions, and few rows once a state covers them", async () => {
  const prefix = freshPrefix();
  const room = await open(prefix);
  const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
  const bytes = crypto.getRandomValues(new Uint8Array(300));
  const all = Array.from({ length: 10_000 }, (_, seq) =>
    room.append(journal, [{ session, seq, bytes }], strict),
  );
  await Promise.all(all);
  expect(transaction.mock.calls.length).toBeLessThanOrEqual(2);
  transaction.mockRestore();

  for (let upTo = 499; upTo < 10_000; upTo += 500)
    await room.writeState(journal, new Uint8Array(1000), new Map([[session, upTo]]));
  const rows = await rowsOf(`${prefix}room`);
  // Twelve records of 256 KiB, and the state.
  expect(rows).toBe(13);
  expect((await room.load(journal)).tail).toEqual([]);
  expect(await room.readChain(journal, session, 9_000, 1e6)).toHaveLength(1000);
  await room.close();
}, 60_000);

test("10,000 appends one after the other become few rows as well", async () => {
  const prefix = freshPrefix();
  const room = await open(prefix);
  // As a document is written: bursts of awaited appends, a state now and then.
  for (let seq = 0; seq < 10_000; seq += 10) {
    await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        room.append(journal, [{ session, seq: seq + at, bytes: new Uint8Array(60).fill(seq) }], relaxed),
      ),
    );
    if (seq % 2000 === 0) await room.writeState(journal, new Uint8Array(1000), new Map([[session, seq]]));
  }
  await room.writeState(journal, new Uint8Array(1000), new Map([[session, 9_999]]));
  const rows = await rowsOf(`${prefix}room`);
  expect(rows).toBeLessThanOrEqual(23);
  expect((await room.load(journal)).tail).toEqual([]);
  expect(await room.readChain(journal, session, 0, 1e6)).toHaveLength(10_000);
  await room.close();
}, 60_000);

test("keys that cannot be exported are kept and still sign", async () => {
  const prefix = freshPrefix();
  const room = await open(prefix);
  const create = async () => {
    const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    if (!("privateKey" in pair)) throw new Error("no pair");
    const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    return { publicKey, privateKey: pair.privateKey };
  };
  const made = await room.deviceKeys(create);
  await room.close();
  const again = await (await open(prefix)).deviceKeys(() => Promise.reject(new Error("asked again")));
  expect(again.publicKey).toEqual(made.publicKey);
  if (!(again.privateKey instanceof CryptoKey)) throw new Error("no key came back");
  const message = new Uint8Array(8);
  const signature = await crypto.subtle.sign("Ed25519", again.privateKey, message);
  const publicKey = await crypto.subtle.importKey("raw", made.publicKey.slice(), "Ed25519", true, ["verify"]);
  expect(await crypto.subtle.verify("Ed25519", publicKey, signature, message)).toBe(true);
});

test("a database that was deleted behind the room's back is found lost", async () => {
  const prefix = freshPrefix();
  const room = await open(prefix);
  expect(room.health).toBe("new");
  await room.append(journal, [{ session, seq: 0, bytes: new Uint8Array(3) }], strict);
  await room.close();
  await deleteDatabase(`${prefix}room`);
  const again = await open(prefix);
  expect(again.health).toBe("lost");
  await again.close();
});

test("a room steps aside when its database is deleted, and answers every call", async () => {
  const prefix = freshPrefix();
  const onProblem = vi.fn();
  const room = await indexedDbStore({ prefix, persist: false }).open("room", { onProblem });
  await deleteDatabase(`${prefix}room`);
  expect(onProblem).toHaveBeenCalledOnce();
  await expect(room.load(journal)).rejects.toMatchObject({ code: "storage-failed" });
  await room.close();
});

test("a full disk rejects, names the quota, and the next append works", async () => {
  const room = await open(freshPrefix());
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  const append = () => room.append(journal, [{ session, seq: 0, bytes: new Uint8Array(3) }], strict);
  await expect(append()).rejects.toMatchObject({
    code: "storage-failed",
    message: expect.stringContaining("quota"),
  });
  await append();
  expect((await room.load(journal)).tail).toHaveLength(1);
  await room.close();
});

test("a transaction that the browser aborts rejects, and the next one works", async () => {
  const room = await open(freshPrefix());
  const { transaction } = IDBDatabase.prototype;
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(function (
    this: IDBDatabase,
    ...args
  ) {
    const made = transaction.apply(this, args);
    queueMicrotask(() => made.abort());
    return made;
  });
  const append = () => room.append(journal, [{ session, seq: 0, bytes: new Uint8Array(3) }], strict);
  await expect(append()).rejects.toMatchObject({ name: "ManyhandsError", code: "storage-failed" });
  await append();
  expect((await room.load(journal)).tail).toHaveLength(1);
  await room.close();
});
