import { limits } from "@manyhands/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fakeRandom } from "../test/fake-random.js";
import { peerFrom } from "../test/test-room.js";
import { webrtcLimits } from "./limits.js";
import {
  decodeMessage,
  encodeMessage,
  parseConnectionId,
  parseEndpointId,
  type SignalBody,
  type SignalMessage,
} from "./messages.js";

const endpoint = parseEndpointId("0f".repeat(16)) ?? expect.fail();
const connection = parseConnectionId("a1".repeat(16)) ?? expect.fail();
const [from, to] = [peerFrom(fakeRandom(1)), peerFrom(fakeRandom(2))];
const directed = { to, connection } as const;
const candidate = { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: null };

const bodies: readonly SignalBody[] = [
  { type: "announce", urgent: true },
  { type: "announce", urgent: false, to },
  { type: "announce", urgent: false, to, connection },
  { type: "leave" },
  { type: "description", kind: "offer", sdp: "v=0\r\n", ...directed },
  { type: "description", kind: "answer", sdp: "", ...directed },
  {
    type: "candidates",
    candidates: [candidate, { ...candidate, sdpMid: null, sdpMLineIndex: null }],
    ...directed,
  },
  { type: "restart", ...directed },
  { type: "bye", ...directed },
];
const asMessage = (body: SignalBody): SignalMessage => ({
  ...body,
  id: "0123456789abcdef",
  from,
  endpoint,
  seq: 7,
});
const asBytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

test.each(bodies)("$type $kind comes back as it was", (body) => {
  const message = asMessage(body);
  expect(decodeMessage(encodeMessage(message))).toEqual(message);
});

test("random bytes, JSON and texts never throw and are no message", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => decodeMessage(bytes) === undefined));
  fc.assert(fc.property(fc.jsonValue(), (value) => decodeMessage(asBytes(value)) === undefined));
});

test("a message with one field replaced by anything is either refused or as strict as before", () => {
  const fields = [...new Set(bodies.flatMap((body) => Object.keys({ v: 1, ...asMessage(body) })))];
  fc.assert(
    fc.property(
      fc.constantFrom(...bodies),
      fc.constantFrom(...fields),
      fc.jsonValue(),
      (body, field, value) => {
        const decoded = decodeMessage(asBytes({ v: 1, ...asMessage(body), [field]: value }));
        if (decoded) expect(decodeMessage(encodeMessage(decoded))).toEqual(decoded);
      },
    ),
  );
});

test("bytes changed at one place never throw", () => {
  fc.assert(
    fc.property(fc.constantFrom(...bodies), fc.nat(), fc.nat(255), (body, at, value) => {
      const bytes = encodeMessage(asMessage(body));
      bytes[at % bytes.length] = value;
      decodeMessage(bytes);
    }),
  );
});

test.each<[string, object]>([
  ["an unknown version", { v: 2 }],
  ["an unknown type", { type: "offer" }],
  ["a negative count", { seq: -1 }],
  ["an id in upper case", { id: "0123456789ABCDEF" }],
  ["a description that is too long", { sdp: "x".repeat(webrtcLimits.maxSdpChars + 1) }],
  ["a description of a third kind", { kind: "rollback" }],
  ["no receiver", { to: undefined }],
  ["a connection id that is too short", { connection: "a1" }],
])("refuses %s", (_, change) => {
  const message = { v: 1, ...asMessage({ type: "description", kind: "offer", sdp: "v=0", ...directed }) };
  expect(decodeMessage(asBytes(message))).toBeDefined();
  expect(decodeMessage(asBytes({ ...message, ...change }))).toBeUndefined();
});

test("refuses too many candidates, and one bad one among good ones", () => {
  const withCandidates = (candidates: readonly object[]) =>
    decodeMessage(
      asBytes({ v: 1, ...asMessage({ type: "candidates", candidates: [], ...directed }), candidates }),
    );
  expect(withCandidates(Array.from({ length: webrtcLimits.maxCandidates }, () => candidate))).toBeDefined();
  expect(
    withCandidates(Array.from({ length: webrtcLimits.maxCandidates + 1 }, () => candidate)),
  ).toBeUndefined();
  expect(withCandidates([candidate, { ...candidate, sdpMLineIndex: -1 }])).toBeUndefined();
});

test("refuses more bytes than signaling carries", () => {
  const message = encodeMessage(asMessage({ type: "leave" }));
  const padded = new Uint8Array(limits.maxSignalBytes + 1).fill(32);
  padded.set(message);
  expect(decodeMessage(padded.subarray(0, limits.maxSignalBytes))).toBeDefined();
  expect(decodeMessage(padded)).toBeUndefined();
});
