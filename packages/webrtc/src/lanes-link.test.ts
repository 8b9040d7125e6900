import { type Lane, lanes, limits } from "@manyhands/core";
import { beforeEach, expect, test } from "vitest";
import { FakeClock } from "../test/fake-clock.js";
import { fakeRandom } from "../test/fake-random.js";
import { FakeChannel } from "../test/fake-rtc.js";
import { peerFrom } from "../test/test-room.js";
import { channelInit } from "./channel-label.js";
import { LanesLink } from "./lanes-link.js";
import { webrtcLimits } from "./limits.js";

let clock: FakeClock;
let channels: Record<Lane, FakeChannel>;
let link: LanesLink;
let happened: string[];

const attach = (lane: Lane, channel: FakeChannel): boolean =>
  // A fake has what a link uses of a channel.
  link.attach(lane, channel as unknown as RTCDataChannel);

const start = (): void =>
  link.start({
    onFrame: (lane, frame) => happened.push(`${lane} ${frame.join()}`),
    onDrain: (lane) => happened.push(`drain ${lane}`),
    onClose: (reason) => happened.push(`close ${reason}`),
  });

const bytes = (...values: number[]): ArrayBuffer => Uint8Array.from(values).buffer;

beforeEach(() => {
  clock = new FakeClock();
  happened = [];
  const channel = (lane: Lane): FakeChannel => new FakeChannel(clock, lane, channelInit(lane));
  channels = { now: channel("now"), live: channel("live"), bulk: channel("bulk") };
  link = new LanesLink({
    peer: peerFrom(fakeRandom(1)),
    initiator: true,
    id: "0123456789abcdef",
    binding: () => new Uint8Array(32),
    owner: {
      onReady: () => happened.push("ready"),
      onEnd: (_, { reason, wasOpen }) => happened.push(`end ${reason} ${wasOpen}`),
    },
  });
});

const greet = (): void => {
  channels.live.onmessage?.({ data: bytes(1) });
  channels.bulk.onmessage?.({ data: bytes(1) });
};

const open = (): void => {
  for (const lane of lanes) expect(attach(lane, channels[lane])).toBe(true);
  for (const lane of lanes) channels[lane].open();
  greet();
  happened = [];
};

test("is ready once all three lanes are open and the other end greeted on both reliable ones; lanes are binary", () => {
  for (const lane of lanes) attach(lane, channels[lane]);
  channels.now.open();
  channels.live.open();
  greet();
  expect(happened).toEqual([]);
  channels.bulk.open();
  expect(happened).toEqual(["ready"]);
  expect(lanes.map((lane) => channels[lane].binaryType)).toEqual([
    "arraybuffer",
    "arraybuffer",
    "arraybuffer",
  ]);
  expect(channels.bulk.bufferedAmountLowThreshold).toBe(limits.laneLowWaterBytes);
});

test("greets as soon as a reliable lane opens", async () => {
  const heard: unknown[] = [];
  const twin = new FakeChannel(clock, "twin");
  twin.onmessage = ({ data }) => heard.push(data);
  channels.live.twin = twin;
  attach("live", channels.live);
  channels.live.open();
  await clock.advance(5);
  expect(heard).toEqual([bytes(1)]);
});

test("another first message than the greeting closes the link", () => {
  for (const lane of lanes) attach(lane, channels[lane]);
  channels.live.onmessage?.({ data: bytes(1, 1) });
  expect(happened).toEqual(["end no greeting false"]);
});

test("refuses a second channel of a lane, and a reliable lane that may lose", () => {
  expect(attach("live", new FakeChannel(clock, "x", { maxRetransmits: 3 }))).toBe(false);
  expect(attach("bulk", new FakeChannel(clock, "x", { ordered: false }))).toBe(false);
  expect(attach("live", channels.live)).toBe(true);
  expect(attach("live", channels.live)).toBe(false);
});

test("frames before the start are kept in order and come after it, never inside", async () => {
  for (const lane of lanes) attach(lane, channels[lane]);
  greet();
  channels.live.onmessage?.({ data: bytes(1) });
  for (const lane of lanes) channels[lane].open();
  channels.live.onmessage?.({ data: bytes(2) });
  happened = [];
  start();
  channels.live.onmessage?.({ data: bytes(3) });
  expect(happened).toEqual([]);
  await clock.advance(0);
  channels.live.onmessage?.({ data: bytes(4) });
  expect(happened).toEqual(["live 1", "live 2", "live 3", "live 4"]);
});

test("a flood before the start closes the link", () => {
  open();
  const frame = new ArrayBuffer(limits.maxFrameBytes);
  for (let sum = 0; sum <= webrtcLimits.maxEarlyBytes; sum += frame.byteLength)
    channels.now.onmessage?.({ data: frame });
  expect(happened).toEqual(["end too much before the link was started true"]);
});

test.each<[string, unknown]>([
  ["a text", "hello"],
  ["an empty message", new ArrayBuffer(0)],
  ["a message that is too large", new ArrayBuffer(limits.maxFrameBytes + 1)],
])("%s closes the link", async (_, data) => {
  open();
  start();
  channels.live.onmessage?.({ data });
  await clock.advance(10);
  expect(happened).toEqual(["end a message that is no frame true", "close a message that is no frame"]);
  expect(channels.bulk.readyState).toBe("closed");
});

test("one channel that closes closes all, once", async () => {
  open();
  start();
  channels.now.close();
  await clock.advance(10);
  expect(happened).toEqual(["end closed by the other end true", "close closed by the other end"]);
  link.close("again");
  await clock.advance(10);
  expect(happened).toHaveLength(2);
  expect(lanes.map((lane) => channels[lane].readyState)).toEqual(["closed", "closed", "closed"]);
});

test("a send that the channel refuses closes the link, later and not inside", async () => {
  open();
  start();
  channels.live.readyState = "closing";
  link.send("live", Uint8Array.of(1));
  expect(happened).toEqual(["end the channel takes no more true"]);
  await clock.advance(1);
  expect(happened).toContain("close the channel takes no more");
  link.send("live", Uint8Array.of(1));
});

test("a frame of no or too many bytes is a mistake of the caller", () => {
  open();
  expect(() => link.send("live", new Uint8Array(0))).toThrow(/1 to 16384/);
  expect(() => link.send("live", new Uint8Array(limits.maxFrameBytes + 1))).toThrow(/1 to 16384/);
});

test("a link closed before its start still tells once it is started", async () => {
  open();
  link.close("early");
  start();
  expect(happened).toEqual(["end early true"]);
  await clock.advance(1);
  expect(happened).toEqual(["end early true", "close early"]);
});
