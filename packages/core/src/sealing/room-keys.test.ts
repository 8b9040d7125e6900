import * as fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../ids.js";
import { deriveKey, hash, labelBytes, mac, sameSecret, utf8ToBytes } from "./hash.js";
import { deriveRoomKeys, type RoomKeys } from "./room-keys.js";

const secret = Uint8Array.from({ length: 32 }, (_, at) => at);

/** Everything that others, servers and disks may come to see or hold of a room. */
const everything = (keys: RoomKeys): string[] => [
  ...Object.values(keys).flatMap((value: unknown) => {
    if (value instanceof Uint8Array) return [toHex(value)];
    return typeof value === "string" ? [value] : [];
  }),
  keys.journalOf("root"),
  keys.journalOf("sub/1"),
];

test("two rooms with one secret and other names share nothing, nor do two secrets with one name", () => {
  const one = everything(deriveRoomKeys(secret, "notes"));
  const otherName = everything(deriveRoomKeys(secret, "Notes"));
  const otherSecret = everything(
    deriveRoomKeys(
      secret.map((byte) => byte ^ 1),
      "notes",
    ),
  );
  const all = [...one, ...otherName, ...otherSecret];
  // roomId is there twice in each, as text and as bytes.
  expect(one).toHaveLength(12);
  expect(new Set(all).size).toBe(all.length - 3);
});

test("one room is the same everywhere", () => {
  expect(everything(deriveRoomKeys(secret, "notes"))).toEqual(everything(deriveRoomKeys(secret, "notes")));
});

test("keys, ids and the topic stay what they are from version to version", () => {
  const keys = deriveRoomKeys(secret, "notes");
  expect({
    roomId: keys.roomId,
    epoch: toHex(keys.epoch),
    block: toHex(keys.block),
    topic: keys.topic,
    storeName: keys.storeName,
    root: keys.journalOf("root"),
  }).toMatchInlineSnapshot(`
    {
      "block": "13ed3855f671e29ebe3c5d851be8c0e26ff34f0ce28bc6ed4ba772e97d455941",
      "epoch": "e5a07f254e6ed3fc5215c4acbfb0872c",
      "roomId": "c9ed89b8b0242a168036dfe00c86a98f9cf88ecdadeacd7dc93e44c6ddb2f3d1",
      "root": "0ec40786322b754560a7836c6abe4904",
      "storeName": "WMn9LRuzvgZDnvUZXl-MpSKb50cC2mICo8hEt9c6ot8",
      "topic": "MWWygg5-aeE--1Y5gX3FgW6_Ev1vA2BJBQLBkhQ73uU",
    }
  `);
});

test("no label is the start of another, and no two uses of one secret meet", () => {
  expect(labelBytes("epoch").at(-1)).toBe(0);
  const uses = [
    hash("epoch", secret),
    hash("epoch-commit", secret),
    mac(secret, "epoch"),
    mac(secret, "epoch-commit"),
    deriveKey(secret, secret, "epoch-secret"),
    deriveKey(secret, secret, "key/block"),
  ];
  expect(new Set(uses.map(toHex)).size).toBe(uses.length);
});

test("sameSecret is equality", () => {
  const bytes = fc.uint8Array({ maxLength: 3, max: 2 });
  void fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(sameSecret(a, b)).toBe(a.join() === b.join());
    }),
  );
  expect(sameSecret(utf8ToBytes("a"), utf8ToBytes("b"))).toBe(false);
});
