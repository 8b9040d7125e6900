import { ManyhandsError } from "@manyhands/core";
import { expect, test } from "vitest";
import { displayName, parseServerUrl } from "./server-url.js";

test.each([
  ["wss://signaling.example.org", "wss://signaling.example.org"],
  ["ws://localhost:4444/", "ws://localhost:4444"],
  ["wss://example.org/rooms?token=secret", "wss://example.org/rooms"],
  ["wss://user:secret@example.org", "wss://example.org"],
])("%s is shown as %s", (text, name) => {
  expect(displayName(parseServerUrl(text))).toBe(name);
});

test.each([
  ["", /not a URL/],
  ["signaling.example.org", /not a URL/],
  ["localhost:4444", /not a WebSocket address/],
  ["https://example.org", /write "wss:\/\/example.org"/],
  ["http://localhost:4444", /write "ws:\/\/localhost:4444"/],
  ["wss://example.org/#room", /fragment/],
])("%j is refused with a word on what to write", (text, message) => {
  const parse = (): URL => parseServerUrl(text);
  expect(parse).toThrow(ManyhandsError);
  expect(parse).toThrow(
    expect.objectContaining({ code: "invalid-option", message: expect.stringMatching(message) }),
  );
});
