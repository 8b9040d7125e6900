import { describe, expect, test } from "vitest";
import { ed25519Vectors } from "../../test/ed25519-vectors.js";
import { fromHex } from "../ids.js";
import { webCryptoSignatures } from "./webcrypto-signatures.js";

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const message = new TextEncoder().encode("hello");

describe("verify follows one rule on every engine (this one: Node)", () => {
  test.each(ed25519Vectors)("$name: $sound", async ({ publicKey, message, signature, sound }) => {
    expect(await webCryptoSignatures.verify(bytes(publicKey), bytes(message), bytes(signature))).toBe(sound);
  });
});

test("what a key signs verifies, under that key and for that message alone", async () => {
  const [ours, other] = [await webCryptoSignatures.createKeys(), await webCryptoSignatures.createKeys()];
  const signature = await webCryptoSignatures.sign(ours, message);
  expect(signature).toHaveLength(64);
  expect(ours.publicKey).toHaveLength(32);
  expect(await webCryptoSignatures.verify(ours.publicKey, message, signature)).toBe(true);
  expect(await webCryptoSignatures.verify(other.publicKey, message, signature)).toBe(false);
  expect(await webCryptoSignatures.verify(ours.publicKey, message.subarray(1), signature)).toBe(false);
});

test("every flipped bit of a signature makes it bad", async () => {
  const keys = await webCryptoSignatures.createKeys();
  const signature = await webCryptoSignatures.sign(keys, message);
  const answers = await Promise.all(
    Array.from({ length: 512 }, (_, bit) => {
      const flipped = signature.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return webCryptoSignatures.verify(keys.publicKey, message, flipped);
    }),
  );
  expect(answers.every((answer) => !answer)).toBe(true);
});

test("keys and signatures of another length are bad, not an error", async () => {
  const keys = await webCryptoSignatures.createKeys();
  const signature = await webCryptoSignatures.sign(keys, message);
  for (const length of [0, 31, 33, 64]) {
    expect(await webCryptoSignatures.verify(new Uint8Array(length).fill(5), message, signature)).toBe(false);
  }
  for (const length of [0, 32, 63, 65]) {
    const other = new Uint8Array(length);
    other.set(signature.subarray(0, length));
    expect(await webCryptoSignatures.verify(keys.publicKey, message, other)).toBe(false);
  }
});

test("a private key cannot be exported", async () => {
  const { privateKey } = await webCryptoSignatures.createKeys();
  expect(privateKey).toMatchObject({ type: "private", extractable: false });
});
