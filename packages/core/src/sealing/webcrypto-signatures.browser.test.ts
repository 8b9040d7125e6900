import { expect, test } from "vitest";
import { ed25519Vectors } from "../../test/ed25519-vectors.js";
import { fromHex } from "../ids.js";
import { webCryptoSignatures } from "./webcrypto-signatures.js";

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);

test("verify follows one rule on every engine (this one: a browser)", async () => {
  const wrong: string[] = [];
  for (const { name, publicKey, message, signature, sound } of ed25519Vectors) {
    const answer = await webCryptoSignatures.verify(bytes(publicKey), bytes(message), bytes(signature));
    if (answer !== sound) wrong.push(name);
  }
  expect(wrong).toEqual([]);
});

test("a browser's own signature verifies, and for its message alone", async () => {
  const keys = await webCryptoSignatures.createKeys();
  const signature = await webCryptoSignatures.sign(keys, Uint8Array.of(1));
  expect(await webCryptoSignatures.verify(keys.publicKey, Uint8Array.of(1), signature)).toBe(true);
  expect(await webCryptoSignatures.verify(keys.publicKey, Uint8Array.of(2), signature)).toBe(false);
});
