import { expect, test } from "vitest";
import { FakeWorld } from "../test/fake-world.js";
import { seal, topicOf } from "../test/test-room.js";
import { encodeMessage, type SignalMessage } from "./messages.js";

test("candidates, answers and offers from the wrong end, or late, create nothing", async () => {
  const world = new FakeWorld();
  const room = world.room();
  await world.clock.advance(1_000);
  const says = (body: object): void => {
    const id = Array.from({ length: 16 }, () => Math.floor(world.random.fraction() * 10)).join("");
    const message = {
      id,
      from: "ab".repeat(16),
      seq: 5,
      to: room.self,
      connection: "cd".repeat(16),
      ...body,
    };
    world.hub.inject(topicOf("room"), seal(encodeMessage(message as SignalMessage)));
  };
  const candidate = { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: null };
  const fingerprint = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "AA").join(":")}`;
  const sdp = `v=0\r\na=number:99\r\n${fingerprint}\r\n`;
  const largest = "f".repeat(32);
  const smallest = "0".repeat(32);
  says({ type: "candidates", endpoint: largest, candidates: [candidate] });
  says({ type: "description", kind: "answer", sdp, endpoint: largest });
  says({ type: "restart", endpoint: largest });
  says({ type: "bye", endpoint: largest });
  says({ type: "description", kind: "offer", sdp, endpoint: smallest });
  await world.clock.advance(60_000);
  expect(world.net.made).toHaveLength(0);

  says({ type: "description", kind: "offer", sdp, endpoint: largest });
  await world.clock.advance(100);
  expect(world.net.made).toHaveLength(1);
  await world.clock.advance(20_000);
  expect(world.net.live).toEqual([]);
  // The same connection is closed now: what still comes for it is late.
  says({ type: "description", kind: "offer", sdp, endpoint: largest, seq: 6 });
  says({ type: "candidates", endpoint: largest, candidates: [candidate], seq: 7 });
  await world.clock.advance(1_000);
  expect(world.net.made).toHaveLength(1);
});

test("an offer is not taken, but answered with a bye, when the room wants no link", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  const offers = () => world.said.filter((said) => said.type === "description").length;
  await world.clock.advance(1_000);
  const dialler = one.links[0]?.link.initiator ? one : two;
  const shy = dialler === one ? two : one;
  shy.wants = () => false;
  for (const { link } of shy.links) link.close("enough");
  await world.clock.advance(300_000);
  expect(dialler.links.filter(({ closes }) => closes.length === 0)).toEqual([]);
  expect(offers()).toBeLessThan(60);
});

test("messages that no member sealed, and garbage that one did, change nothing", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  const genuine = world.hub.published.map((sealed) => sealed.slice(1));
  for (const payload of genuine) world.hub.inject(topicOf("room"), payload);
  for (let length = 0; length < 200; length++)
    world.hub.inject(topicOf("room"), seal(world.random.bytes(length)));
  // Repeated as they were: the server can do that.
  for (const sealed of [...world.hub.published]) world.hub.inject(topicOf("room"), sealed);
  await world.clock.advance(10_000);
  expect(world.areLinked(one, two)).toBe(true);
  expect([one.links.length, two.links.length, world.net.made.length]).toEqual([1, 1, 2]);
});

test("a renegotiation with another certificate is not taken", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  const offer = world.said.find((said) => said.type === "description" && said.kind === "offer");
  if (offer?.type !== "description") throw new Error("no offer was made");
  const fingerprint = `sha-256 ${Array.from({ length: 32 }, () => "EE").join(":")}`;
  const sdp = offer.sdp.replace(/sha-256 .*/, fingerprint);
  world.hub.inject(topicOf("room"), seal(encodeMessage({ ...offer, sdp, seq: 1_000, id: "0".repeat(16) })));
  await world.clock.advance(1_000);
  expect(world.net.made.some(({ remoteDescription }) => remoteDescription?.sdp === sdp)).toBe(false);
  expect(world.areLinked(one, two)).toBe(true);
});

test("a member that offers again and again gets no more connections than its budget", async () => {
  const world = new FakeWorld();
  const room = world.room();
  await world.clock.advance(100);
  const [known] = world.said;
  const fingerprint = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "AA").join(":")}`;
  for (let seq = 0; seq < 200; seq++) {
    const ids = { id: seq.toString(16).padStart(16, "0"), connection: seq.toString(16).padStart(32, "0") };
    const parties = { from: "ab".repeat(16), endpoint: "f".repeat(32), to: room.self };
    const offer = { type: "description", kind: "offer", sdp: `v=0\r\n${fingerprint}\r\n`, seq };
    const message = { ...known, ...ids, ...parties, ...offer } as SignalMessage;
    world.hub.inject(topicOf("room"), seal(encodeMessage(message)));
    await world.clock.advance(20);
  }
  expect(world.net.made.length).toBeGreaterThan(1);
  expect(world.net.made.length).toBeLessThanOrEqual(12);
  expect(world.net.live.length).toBeLessThanOrEqual(1);
});
