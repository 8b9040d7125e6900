import { limits as coreLimits, parsePeerId } from "@manyhands/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type LinkMessage, parseLinkMessage, parseRoomMessage, type RoomMessage } from "./message.js";

const peer = (digit: string) => parsePeerId(digit.repeat(32)) ?? expect.fail("no peer id");
const [from, to] = [peer("a"), peer("b")];
const link = "c".repeat(32);

const roomMessages: RoomMessage[] = [
  { kind: "hello", from, locked: true },
  { kind: "hello", from, to, locked: false },
  { kind: "welcome", from, to, locked: true },
  { kind: "offer", from, to, locked: true, link },
  { kind: "leave", from },
];
const linkMessages: LinkMessage[] = [
  { kind: "accept", locked: true },
  { kind: "open" },
  { kind: "frame", lane: "live", seq: 0, frame: Uint8Array.of(1) },
  { kind: "ack", now: 0, live: 1, bulk: 2 },
  { kind: "ping" },
  { kind: "pong" },
  { kind: "bye", reason: "done" },
];

test("every message is read as it was written", () => {
  for (const message of roomMessages) expect(parseRoomMessage(structuredClone(message))).toEqual(message);
  for (const message of linkMessages) expect(parseLinkMessage(structuredClone(message))).toEqual(message);
});

test("a message with one field missing or of another type is none", () => {
  for (const [messages, parse] of [
    [roomMessages, parseRoomMessage],
    [linkMessages, parseLinkMessage],
  ] as const) {
    for (const message of messages) {
      for (const field of Object.keys(message)) {
        expect(parse({ ...message, [field]: Symbol("another type") })).toBeUndefined();
        const isOptional = message.kind === "hello" && field === "to";
        if (!isOptional) expect(parse({ ...message, [field]: undefined })).toBeUndefined();
      }
    }
  }
});

test("values out of their range are refused", () => {
  const frame = { kind: "frame", lane: "live", seq: 0, frame: Uint8Array.of(1) };
  const refused = [
    { ...frame, frame: new Uint8Array(0) },
    { ...frame, frame: new Uint8Array(coreLimits.maxFrameBytes + 1) },
    { ...frame, frame: [1] },
    { ...frame, seq: -1 },
    { ...frame, seq: 0.5 },
    { ...frame, lane: "toString" },
    { kind: "ack", now: Number.NaN, live: 0, bulk: 0 },
  ];
  for (const message of refused) expect(parseLinkMessage(message)).toBeUndefined();
  expect(parseRoomMessage({ kind: "hello", from: "A".repeat(32), locked: true })).toBeUndefined();
  expect(parseRoomMessage({ kind: "offer", from, to, locked: true, link: "../elsewhere" })).toBeUndefined();
});

test("a reason is cut to a length for logs", () => {
  expect(parseLinkMessage({ kind: "bye", reason: "x".repeat(1e6) })).toEqual({
    kind: "bye",
    reason: "x".repeat(200),
  });
});

test("parsers never throw, whatever came", () => {
  const kinds = [...roomMessages, ...linkMessages].map(({ kind }) => kind);
  const almost = fc.record({
    kind: fc.constantFrom(...kinds),
    from: fc.anything(),
    to: fc.anything(),
    seq: fc.anything(),
  });
  fc.assert(
    fc.property(fc.oneof(fc.anything(), almost), (data) => {
      const read = [parseRoomMessage(data), parseLinkMessage(data)];
      for (const message of read) expect(message === undefined || kinds.includes(message.kind)).toBe(true);
    }),
    { seed: 1, numRuns: 500 },
  );
});
