import fc from "fast-check";
import { expect, test } from "vitest";
import { fakeRandom } from "../test/fake-random.js";
import { peerFrom, topicOf } from "../test/test-room.js";
import { channelInit, formatLabel, parseLabel, roomTag } from "./channel-label.js";

const label = {
  tag: roomTag(topicOf("room")),
  link: "0123456789abcdef",
  lane: "bulk",
  from: peerFrom(fakeRandom(1)),
  to: peerFrom(fakeRandom(2)),
} as const;

test("a label comes back as it was", () => {
  expect(parseLabel(formatLabel(label))).toEqual(label);
});

test("anything else is no label", () => {
  fc.assert(fc.property(fc.string(), (text) => parseLabel(text) === undefined));
  const text = formatLabel(label);
  const others = [
    `${text}/`,
    `x${text}`,
    text.replace("/1/", "/2/"),
    text.replace("bulk", "slow"),
    text.slice(0, -1),
  ];
  for (const other of others) expect(parseLabel(other)).toBeUndefined();
});

test("a tag tells rooms apart and does not show the topic", () => {
  const topic = topicOf("room");
  expect(roomTag(topic)).toMatch(/^[0-9a-f]{32}$/);
  expect(roomTag(topic)).toBe(roomTag(topic));
  expect(roomTag(topic)).not.toBe(roomTag(topicOf("other")));
});

test("only the now lane may lose and reorder", () => {
  expect(channelInit("now")).toEqual({ ordered: false, maxRetransmits: 0 });
  expect([channelInit("live"), channelInit("bulk")]).toEqual([{ ordered: true }, { ordered: true }]);
});
