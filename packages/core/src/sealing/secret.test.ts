import { SeededRandom } from "@manyhands/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ManyhandsError } from "../errors.js";
import { toHex } from "../ids.js";
import { createSecret, formatInvite, parseInvite, parseSecret, secretFromPassphrase } from "./secret.js";

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_#=+/. %";
const secret = Uint8Array.from({ length: 32 }, (_, at) => at);

const readInvite = (text: string): Uint8Array | undefined => {
  try {
    return parseInvite(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ManyhandsError);
    expect(error).toMatchObject({ code: "invalid-secret" });
    return undefined;
  }
};

test("a created secret reads back as 32 bytes", () => {
  const text = createSecret(new SeededRandom(1));
  expect(text).toHaveLength(43);
  expect(parseSecret(text)).toEqual(new SeededRandom(1).bytes(32));
});

test("a secret given as bytes is copied, also from Node's shared pool", () => {
  const given = Buffer.from(secret);
  const parsed = parseSecret(given);
  given.fill(0);
  expect(parsed).toEqual(secret);
});

test.each(["", "short", "A".repeat(42), "A".repeat(44), `${"A".repeat(42)}B`, `${"A".repeat(42)}=`])(
  "%j is no secret",
  (text) => {
    expect(() => parseSecret(text)).toThrow(expect.objectContaining({ code: "invalid-secret" }));
  },
);

test("31 or 33 bytes are no secret", () => {
  for (const length of [0, 31, 33]) expect(() => parseSecret(new Uint8Array(length))).toThrow(ManyhandsError);
});

test("an invite is read as a fragment, without its #, and as a whole link", () => {
  void fc.assert(
    fc.property(bytes32, (bytes) => {
      const invite = formatInvite(bytes);
      for (const text of [
        invite,
        invite.slice(1),
        `https://app.example/room?x=1${invite}`,
        `https://app.example/#/room${invite}`,
        ` ${invite}\n`,
      ])
        expect(readInvite(text)).toEqual(bytes);
    }),
  );
});

test("every change of one character of an invite is refused or gives the same secret", () => {
  const invite = formatInvite(secret);
  let refused = 0;
  for (let at = 0; at < invite.length; at++) {
    for (const other of alphabet) {
      const read = readInvite(invite.slice(0, at) + other + invite.slice(at + 1));
      if (read) expect(read).toEqual(secret);
      else refused++;
    }
  }
  expect(refused).toBeGreaterThan(50 * invite.length);
});

test("an invite that lost or gained a character, or of which two changed places, is refused", () => {
  const invite = formatInvite(secret);
  for (let at = 1; at < invite.length; at++) {
    expect(readInvite(invite.slice(0, at) + invite.slice(at + 1))).toBeUndefined();
    expect(readInvite(`${invite.slice(0, at)}A${invite.slice(at)}`)).toBeUndefined();
    const swapped = invite.slice(0, at) + (invite[at + 1] ?? "") + invite[at] + invite.slice(at + 2);
    if (swapped !== invite) expect(readInvite(swapped)).toBeUndefined();
  }
});

test("anything else is refused with a typed error", () => {
  void fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readInvite(text)).toBeUndefined();
    }),
  );
});

test("a passphrase becomes the secret that PBKDF2 gives, however its letters are composed", async () => {
  // Python: hashlib.pbkdf2_hmac("sha256", "päss wörd".encode(), b"manyhands/v1/passphrase\0notes", 600000).hex()
  const expected = "78141263dba82b1c3b1e0ce9850f4b8f0992b0e136c4e44b7c1a0c04dce8e92d";
  expect(toHex(await secretFromPassphrase("p\u00e4ss w\u00f6rd", "notes"))).toBe(expected);
  expect(toHex(await secretFromPassphrase("pa\u0308ss wo\u0308rd", "notes"))).toBe(expected);
  expect(toHex(await secretFromPassphrase("p\u00e4ss w\u00f6rd", "other"))).not.toBe(expected);
});
