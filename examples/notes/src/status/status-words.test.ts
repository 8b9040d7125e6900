import { ManyhandsError, type PeerState, type RoomState } from "@manyhands/core";
import { expect, test } from "vitest";
import { describeStatus, type StatusWords } from "./status-words.js";

const peer = { transport: "webrtc", synced: true } as PeerState;
const calm: RoomState = {
  status: "open",
  storage: { kind: "durable", recovered: false },
  signaling: "connected",
  peers: [],
  synced: false,
  saved: { here: true, devices: 0, onlyHereSince: undefined },
  access: { role: "writer" },
};
const describe = (change: Partial<RoomState>, online = true, met = true): StatusWords =>
  describeStatus(
    { ...calm, ...change },
    { online, met, signaling: ["wss://meet.example"], formatTime: (at) => `T${at}` },
  );
const everyWord = (words: StatusWords): string =>
  [words.label, ...words.details.map(({ text }) => text)].join("\n");

test("the label counts the devices that have everything", () => {
  expect(describe({}).label).toBe("Saved on this device");
  expect(describe({ saved: { here: true, devices: 2, onlyHereSince: undefined } }).label).toBe(
    "Saved on 3 devices",
  );
});

test("nothing is called saved before it is", () => {
  for (const change of [
    { status: "loading" },
    { storage: { kind: "loading" } },
    { saved: { here: false, devices: 0, onlyHereSince: 5 } },
    { storage: { kind: "memory" }, saved: { here: false, devices: 0, onlyHereSince: 5 } },
  ] satisfies Partial<RoomState>[]) {
    const words = describe(change);
    expect(words.label).not.toMatch(/saved/i);
    expect(everyWord(words)).not.toContain("Everything you wrote");
  }
});

test("memory says why, and that closing loses it", () => {
  const words = describe({
    storage: { kind: "memory", problem: new ManyhandsError("storage-blocked", "") },
    saved: { here: false, devices: 0, onlyHereSince: 5 },
  });
  expect(words.tone).toBe("warn");
  expect(words.label).toBe("Only in memory");
  expect(everyWord(words)).toContain("private window");
  expect(everyWord(words)).toContain("lost when this tab closes");
});

test("memory here, but saved elsewhere, is said as it is", () => {
  const words = describe({
    storage: { kind: "memory" },
    saved: { here: false, devices: 1, onlyHereSince: undefined },
  });
  expect(words.label).toBe("Saved on 1 other device, not here");
});

test("without a network, or a meeting point, the edits are still saved here", () => {
  expect(describe({}, false).label).toBe("Offline, saved on this device");
  expect(describe({ signaling: "unreachable" }).label).toBe("Not connected, saved on this device");
  expect(everyWord(describe({ signaling: "unreachable" }))).toContain("meet.example");
});

test("a notebook that has yet to come is not called saved, but one's own words in it are", () => {
  expect(describe({}, true, false).label).toBe("Looking for its pages…");
  expect(describe({ signaling: "unreachable" }, true, false).label).toBe("Not connected, nothing here yet");
  const written = { saved: { here: true, devices: 0, onlyHereSince: 5 } };
  expect(describe(written, true, false).label).toBe("Saved on this device");
});

test("links that are up matter more than a meeting point that is down", () => {
  const words = describe({ signaling: "unreachable", peers: [peer], synced: true });
  expect(words.label).toBe("Saved on this device");
  expect(everyWord(words)).toContain("Linked with 1 other window; all have the same notes.");
});

test("a problem that no other line tells has its own", () => {
  expect(describe({}).details).toHaveLength(4);
  expect(describe({ problem: new ManyhandsError("wrong-secret", "") }).details).toHaveLength(5);
  expect(describe({ problem: new ManyhandsError("signaling-unreachable", "") }).details).toHaveLength(4);
});
