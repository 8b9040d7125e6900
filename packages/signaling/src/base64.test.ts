import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64, toBase64 } from "./base64.js";

test("what was written is read back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }),
  );
});

test.each(["A", "AA", "AAA", "AA=A", "====", "AA==AA==", "A A=", "AA-_", "\n\n\n\n", "AAAA\n", "ÄÄÄÄ"])(
  "%j is not base64",
  (text) => expect(fromBase64(text)).toBeUndefined(),
);
