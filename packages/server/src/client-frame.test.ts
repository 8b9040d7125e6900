import fc from "fast-check";
import { expect, test } from "vitest";
import { parseClientFrame } from "./client-frame.js";

test("a published message goes on with the count of clients, otherwise untouched, as y-webrtc's server sends it", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.jsonValue(), (topic, data) => {
      const message = { type: "publish", topic, data };
      const frame = parseClientFrame(JSON.stringify(message));
      if (frame.kind !== "publish") throw new Error(frame.kind);
      expect(frame.topic).toBe(topic);
      expect(frame.forwarded(3)).toBe(JSON.stringify({ ...message, clients: 3 }));
    }),
  );
});

test("a count that the client claims does not reach the others", () => {
  const frame = parseClientFrame('{"type":"publish","topic":"a","clients":99} \n');
  if (frame.kind !== "publish") throw new Error(frame.kind);
  expect(JSON.parse(frame.forwarded(1)).clients).toBe(1);
});

test.each([
  "",
  "x",
  "5",
  "null",
  "[]",
  "{}",
  '{"type":"constructor"}',
  '{"type":"subscribe"}',
  '{"type":"publish"}',
])("%j is malformed", (text) => expect(parseClientFrame(text)).toEqual({ kind: "malformed" }));

test.each([[5], [{ 0: "a" }], ["a"], [[5]], [["a", null]], [undefined]])(
  "topics %j are malformed",
  (topics) => {
    const frame = parseClientFrame(JSON.stringify({ type: "subscribe", topics }));
    expect(frame.kind).toBe(
      Array.isArray(topics) && topics.every((it) => typeof it === "string") ? "subscribe" : "malformed",
    );
  },
);

test("nothing makes it throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const frame = parseClientFrame(text);
      if (frame.kind === "publish") JSON.parse(frame.forwarded(1));
    }),
    { numRuns: 2_000 },
  );
});
