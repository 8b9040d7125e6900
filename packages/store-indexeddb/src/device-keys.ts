import { asManyhandsError, type SigningKeys } from "@manyhands/core";
import type { Connection } from "./connection.js";
import { resultOf } from "./transaction.js";

const keyName = "device";

/** The keys that are kept here, else those that `create` makes; of several tabs that create at once the first wins. */
export const deviceKeys = async (
  connection: Connection,
  create: () => Promise<SigningKeys>,
): Promise<SigningKeys> => {
  const kept = await connection.run("device keys", {
    stores: ["keys"],
    mode: "readonly",
    work: async (transaction) =>
      readKeys(await resultOf<unknown>(transaction.objectStore("keys").get(keyName))),
  });
  if (kept) return kept;
  const { publicKey, privateKey } = await create().catch((cause: unknown) => {
    throw asManyhandsError(cause, "storage-failed", "The device's keys could not be made.");
  });
  return connection.run("device keys", {
    stores: ["keys"],
    mode: "readwrite",
    durability: "strict",
    work: async (transaction) => {
      const keys = transaction.objectStore("keys");
      const first = readKeys(await resultOf<unknown>(keys.get(keyName)));
      if (first) return first;
      await resultOf(keys.put({ publicKey, privateKey }, keyName));
      return { publicKey: publicKey.slice(), privateKey };
    },
  });
};

const readKeys = (record: unknown): SigningKeys | undefined => {
  if (typeof record !== "object" || record === null) return undefined;
  if (!("publicKey" in record) || !("privateKey" in record)) return undefined;
  const { publicKey, privateKey } = record;
  return publicKey instanceof Uint8Array && publicKey.length === 32 ? { publicKey, privateKey } : undefined;
};
