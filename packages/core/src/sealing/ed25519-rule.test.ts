import { expect, test } from "vitest";
import { fromHex } from "../ids.js";
import { isSoundSignature } from "./ed25519-rule.js";

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const withPoints = (publicKey: Uint8Array, nonce: Uint8Array): boolean => {
  const signature = new Uint8Array(64);
  signature.set(nonce);
  return isSoundSignature(publicKey, signature);
};
const withScalar = (scalar: string): boolean => {
  const signature = new Uint8Array(64).fill(5, 0, 32);
  signature.set(bytes(scalar), 32);
  return isSoundSignature(new Uint8Array(32).fill(5), signature);
};
const plain = new Uint8Array(32).fill(5);

// Those that CCTV (C2SP) lists: eight points, fourteen encodings.
const smallOrder = [
  `${"00".repeat(32)}`,
  `ed${"ff".repeat(30)}7f`,
  `${"00".repeat(31)}80`,
  `ed${"ff".repeat(31)}`,
  `01${"00".repeat(31)}`,
  `01${"00".repeat(30)}80`,
  `ee${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  `ec${"ff".repeat(30)}7f`,
  `ec${"ff".repeat(31)}`,
];

test.each(smallOrder)("%s is neither a sound key nor a sound nonce point", (encoding) => {
  expect(withPoints(bytes(encoding), plain)).toBe(false);
  expect(withPoints(plain, bytes(encoding))).toBe(false);
});

test("no y from p on is canonical, whatever the sign; p - 2 is", () => {
  for (let low = 0xed; low <= 0xff; low++) {
    for (const high of ["7f", "ff"]) {
      const encoding = bytes(`${low.toString(16)}${"ff".repeat(30)}${high}`);
      expect(withPoints(encoding, plain)).toBe(false);
      expect(withPoints(plain, encoding)).toBe(false);
    }
  }
  expect(withPoints(bytes(`eb${"ff".repeat(30)}7f`), plain)).toBe(true);
});

test("a scalar is below the group's order", () => {
  const order = "edd3f55c1a631258d69cf7a2def9de14000000000000000000000000000000";
  expect(withScalar(`${order}10`)).toBe(false);
  expect(withScalar(`ec${order.slice(2)}10`)).toBe(true);
  expect(withScalar(`ee${order.slice(2)}10`)).toBe(false);
  expect(withScalar("00".repeat(32))).toBe(true);
  expect(withScalar(`${"ff".repeat(31)}0f`)).toBe(true);
  expect(withScalar(`${"00".repeat(31)}20`)).toBe(false);
  expect(withScalar("ff".repeat(32))).toBe(false);
});
