import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64Url, toBase64Url } from "./base64url.js";

test("reading what was written gives the same bytes", () => {
  void fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      expect(toBase64Url(bytes)).toMatch(/^[A-Za-z0-9_-]*$/);
    }),
  );
});

test("text has one form: writing what was read gives the same text", () => {
  void fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."AQgwBz09-_") }), (text) => {
      const bytes = fromBase64Url(text);
      if (bytes) expect(toBase64Url(bytes)).toBe(text);
      else expect(text).not.toBe("");
    }),
  );
});

test.each(["A", "AB=", "AB==", "A+", "A/", "A A", "é", "AAAAA", "AB"])("%j is not base64url", (text) => {
  expect(fromBase64Url(text)).toBeUndefined();
});
