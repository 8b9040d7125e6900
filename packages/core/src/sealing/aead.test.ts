import { SeededRandom } from "@manyhands/testing";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../ids.js";
import { open, openWith, seal, sealWith } from "./aead.js";

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const key = bytes("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
const associated = Uint8Array.of(1, 2);
const plaintext = new TextEncoder().encode("what is said");

test("it is XChaCha20-Poly1305: the vector of draft-irtf-cfrg-xchacha-03, A.3.1", () => {
  const text =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
  const nonce = bytes("404142434445464748494a4b4c4d4e4f5051525354555657");
  const sealed = sealWith(key, nonce, bytes("50515253c0c1c2c3c4c5c6c7"), new TextEncoder().encode(text));
  expect(toHex(sealed).slice(0, 64)).toBe("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb");
  expect(toHex(sealed).slice(-32)).toBe("c0875924c1c7987947deafd8780acf49");
});

test("what was sealed opens, also from the middle of a larger buffer", () => {
  const sealed = seal(key, associated, plaintext, new SeededRandom(1));
  const larger = new Uint8Array(sealed.length + 7);
  larger.set(sealed, 3);
  expect(open(key, associated, sealed)).toEqual(plaintext);
  expect(open(key, associated, larger.subarray(3, 3 + sealed.length))).toEqual(plaintext);
});

test("one flipped bit anywhere, another key, other associated bytes or a cut end open nothing", () => {
  const sealed = seal(key, associated, plaintext, new SeededRandom(1));
  for (let bit = 0; bit < 8 * sealed.length; bit++) {
    const flipped = sealed.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(open(key, associated, flipped)).toBeUndefined();
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(open(key, associated, sealed.subarray(0, length))).toBeUndefined();
  }
  expect(open(new Uint8Array(32), associated, sealed)).toBeUndefined();
  expect(open(key, Uint8Array.of(1), sealed)).toBeUndefined();
  expect(openWith(key, sealed.subarray(0, 24), associated, new Uint8Array(3))).toBeUndefined();
});

test("two seals of one text differ", () => {
  const random = new SeededRandom(1);
  expect(seal(key, associated, plaintext, random)).not.toEqual(seal(key, associated, plaintext, random));
});
