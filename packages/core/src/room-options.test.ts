import { createRoom, createSecret, type RoomOptions } from "@manyhands/core";
import { nodeSignatures, SeededRandom } from "@manyhands/testing";
import { afterEach, expect, test, vi } from "vitest";

const secret = new Uint8Array(32).fill(7);
const withNode = { signatures: nodeSignatures(new SeededRandom(1)) };

afterEach(() => {
  vi.unstubAllGlobals();
});

const wrong: readonly (readonly [string, string, object])[] = [
  ["no name", "invalid-option", { secret }],
  ["an empty name", "invalid-option", { name: "", secret }],
  ["a name that is too long", "invalid-option", { name: "x".repeat(257), secret }],
  ["a name that is no string", "invalid-option", { name: 5, secret }],
  ["no secret", "invalid-option", { name: "room" }],
  ["two secrets", "invalid-option", { name: "room", secret, passphrase: "long enough" }],
  [
    "a transport that is not in a list",
    "invalid-option",
    { name: "room", secret, transports: { name: "t" } },
  ],
  ["a secret that is too short", "invalid-secret", { name: "room", secret: new Uint8Array(31) }],
  ["a secret of wrong characters", "invalid-secret", { name: "room", secret: "?".repeat(43) }],
  ["a secret that is neither text nor bytes", "invalid-secret", { name: "room", secret: 5 }],
  ["a short passphrase", "invalid-secret", { name: "room", passphrase: "short" }],
  ["a passphrase that is no string", "invalid-secret", { name: "room", passphrase: 12345678 }],
  ["an invite that is none", "invalid-secret", { name: "room", invite: "https://example.org/#nothing" }],
  ["a damaged invite", "invalid-secret", { name: "room", invite: "#mh1.AAAA" }],
  ["an invite that is no string", "invalid-secret", { name: "room", invite: {} }],
];

test.each(wrong)("%s is refused as %s", (_, code, options) => {
  expect(() => createRoom({ ...withNode, ...(options as RoomOptions) })).toThrow(
    expect.objectContaining({ name: "ManyhandsError", code }),
  );
});

test.each([{ secret }, { passphrase: "long enough", ...withNode }])(
  "without WebCrypto the error says what to do",
  (options) => {
    vi.stubGlobal("crypto", undefined);
    expect(() => createRoom({ name: "room", ...options })).toThrow(
      expect.objectContaining({ code: "insecure-context" }),
    );
  },
);

test("a secret as bytes, as text, and as an invite lead to the same room", async () => {
  const text = createSecret();
  const room = createRoom({ name: "room", secret: text, ...withNode });
  const invite = await room.invite();
  expect(invite).toMatch(/^#mh1\.[A-Za-z0-9_-]+$/);
  const invited = createRoom({ name: "room", invite: `https://example.org/app${invite}`, ...withNode });
  expect(await invited.invite()).toBe(invite);
  await Promise.all([room.close(), invited.close()]);
});
