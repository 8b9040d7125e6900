import { limits as coreLimits, type Lane } from "@manyhands/core";
import { expect, test } from "vitest";
import { limits } from "./limits.js";
import { SendWindow } from "./send-window.js";

const frame = new Uint8Array(coreLimits.maxFrameBytes);
const framesInWindow = limits.windowBytes / frame.length;

const start = () => {
  const posted: Lane[] = [];
  return { posted, window: new SendWindow((lane) => posted.push(lane)) };
};
const fill = (window: SendWindow, lane: Lane, count: number) => {
  for (let at = 0; at < count; at++) expect(window.send(lane, frame)).toBe(true);
};

test("no more than the window is under way, the rest waits and follows, live before bulk", () => {
  const { posted, window } = start();
  fill(window, "bulk", framesInWindow + 2);
  fill(window, "live", 1);
  expect(posted).toHaveLength(framesInWindow);
  expect(window.bufferedBytes("bulk")).toBe((framesInWindow + 2) * frame.length);
  expect(window.acknowledge({ now: 0, live: 0, bulk: 2 * frame.length })).toEqual([]);
  expect(posted.slice(framesInWindow)).toEqual(["live", "bulk"]);
});

test("presence is dropped rather than kept when there is no room", () => {
  const { posted, window } = start();
  fill(window, "bulk", framesInWindow);
  fill(window, "now", 1);
  expect(posted).not.toContain("now");
  expect(window.bufferedBytes("now")).toBe(0);
});

test("a lane drains once, when it falls to the low water mark after it was above", () => {
  const { window } = start();
  fill(window, "live", 3);
  expect(window.acknowledge({ now: 0, live: frame.length, bulk: 0 })).toEqual([]);
  expect(window.acknowledge({ now: 0, live: 2 * frame.length, bulk: 0 })).toEqual(["live"]);
  expect(window.acknowledge({ now: 0, live: 3 * frame.length, bulk: 0 })).toEqual([]);
});

test("what waits is bounded", () => {
  const { window } = start();
  fill(window, "bulk", (limits.windowBytes + limits.maxQueuedBytes) / frame.length);
  expect(window.send("live", frame)).toBe(false);
});

test("acknowledgements of what was not sent, or of less than before, are nonsense", () => {
  const { window } = start();
  fill(window, "live", 2);
  expect(window.acknowledge({ now: 1, live: 0, bulk: 0 })).toBeUndefined();
  expect(window.acknowledge({ now: 0, live: 3 * frame.length, bulk: 0 })).toBeUndefined();
  expect(window.acknowledge({ now: 0, live: frame.length, bulk: 0 })).toEqual(["live"]);
  expect(window.acknowledge({ now: 0, live: 0, bulk: 0 })).toBeUndefined();
});
