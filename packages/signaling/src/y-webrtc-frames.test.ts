import { limits } from "@manyhands/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toBase64 } from "./base64.js";
import { signalingLimits } from "./limits.js";
import { parseServerFrame, publishFrame, subscribeFrame, unsubscribeFrame } from "./y-webrtc-frames.js";

test("frames are those of y-webrtc, byte for byte", () => {
  expect(subscribeFrame(["a", "b"])).toBe('{"type":"subscribe","topics":["a","b"]}');
  expect(unsubscribeFrame(["a"])).toBe('{"type":"unsubscribe","topics":["a"]}');
  expect(publishFrame("a", Uint8Array.of(1, 2, 3))).toBe('{"type":"publish","topic":"a","data":"AQID"}');
});

test("a published payload is read back, with the count of clients that servers add", () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array(), (topic, payload) => {
      const forwarded = publishFrame(topic, payload).replace(/}$/, ',"clients":2}');
      expect(parseServerFrame(forwarded)).toEqual({ kind: "publish", topic, payload });
    }),
  );
});

test("the largest payload fits the largest message", () => {
  const frame = publishFrame("t".repeat(256), new Uint8Array(limits.maxSignalBytes));
  expect(frame.length).toBeLessThan(signalingLimits.maxMessageChars);
  expect(parseServerFrame(frame).kind).toBe("publish");
});

test.each([
  ["not JSON", "malformed"],
  ["[]", "malformed"],
  ["null", "malformed"],
  ['"pong"', "malformed"],
  ["{}", "malformed"],
  ['{"type":"hello"}', "malformed"],
  ['{"type":"publish","topic":5,"data":"AA=="}', "malformed"],
  ['{"type":"publish","topic":"a"}', "malformed"],
  ['{"type":"publish","topic":"a","data":"%"}', "malformed"],
  ['{"type":"publish","topic":"a","data":["AA=="]}', "malformed"],
  ['{"type":"publish","topic":"a","data":{"type":"announce","from":"x"}}', "foreign"],
  [
    JSON.stringify({
      type: "publish",
      topic: "a",
      data: toBase64(new Uint8Array(limits.maxSignalBytes + 1)),
    }),
    "too-large",
  ],
  [" ".repeat(signalingLimits.maxMessageChars + 1), "too-large"],
])("%.60s is refused as %s", (text, reason) => {
  expect(parseServerFrame(text)).toEqual({ kind: "bad", reason });
});

test("nothing that a socket can give makes it throw", () => {
  const like = fc.record(
    {
      type: fc.oneof(fc.constantFrom("publish", "pong"), fc.jsonValue()),
      topic: fc.jsonValue(),
      data: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    like.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.oneof(text, fc.anything()), (data) => {
      expect(["publish", "pong", "bad"]).toContain(parseServerFrame(data).kind);
    }),
    { numRuns: 2_000 },
  );
});
