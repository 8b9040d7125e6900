import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import type { Random, Signatures, SigningKeys } from "@manyhands/core";

/** RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS#8 and in SPKI. */
const pkcs8Start = Buffer.from("302e020100300506032b657004220420", "hex");
const spkiStart = Buffer.from("302a300506032b6570032100", "hex");

/**
 * Real Ed25519, but synchronous and with keys from `random`: a simulation stays the same run after run.
 */
export const nodeSignatures = (random: Random): Signatures => ({
  createKeys(): Promise<SigningKeys> {
    const privateKey = createPrivateKey({
      key: Buffer.concat([pkcs8Start, random.bytes(32)]),
      format: "der",
      type: "pkcs8",
    });
    const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
    return Promise.resolve({ publicKey: new Uint8Array(spki.subarray(spkiStart.length)), privateKey });
  },
  sign(keys, message) {
    return Promise.resolve(new Uint8Array(sign(null, message, keys.privateKey as KeyObject)));
  },
  verify(publicKey, message, signature) {
    try {
      const key = createPublicKey({
        key: Buffer.concat([spkiStart, publicKey]),
        format: "der",
        type: "spki",
      });
      return Promise.resolve(verify(null, message, key, signature));
    } catch {
      return Promise.resolve(false);
    }
  },
});
