import { expect, test } from "vitest";
import { FakeWorld } from "../test/fake-world.js";
import { seal, topicOf } from "../test/test-room.js";
import { encodeMessage, type SignalMessage } from "./messages.js";

const hour = 3_600_000;

test("two peers are linked within a second", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  expect(world.areLinked(one, two)).toBe(true);
  expect(world.net.made).toHaveLength(2);
});

test("an unreachable peer costs at most 60 connections in any hour", async () => {
  const world = new FakeWorld();
  world.net.reachable = false;
  const rooms = [world.room(), world.room()];
  await world.clock.advance(hour);
  const firstHour = world.net.made.length / rooms.length;
  expect(firstHour).toBeGreaterThan(20);
  expect(firstHour).toBeLessThanOrEqual(60);
  await world.clock.advance(hour);
  expect(world.net.made.length / rooms.length - firstHour).toBeLessThanOrEqual(60);
  expect(world.net.live.length).toBeLessThanOrEqual(2);
});

test("waking all the time does not break the budget of an unreachable peer", async () => {
  const world = new FakeWorld();
  world.net.reachable = false;
  const rooms = [world.room(), world.room()];
  for (let second = 0; second < 3_600; second += 5) {
    for (const room of rooms) room.session.wake();
    await world.clock.advance(5_000);
  }
  expect(world.net.made.length / rooms.length).toBeLessThanOrEqual(60);
});

test("an unreachable peer is linked soon after a path exists and it wakes", async () => {
  const world = new FakeWorld();
  world.net.reachable = false;
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(600_000);
  world.net.reachable = true;
  await world.clock.advance(20_000);
  one.session.wake();
  await world.clock.advance(75_000);
  expect(world.areLinked(one, two)).toBe(true);
});

test("without a path and without a relay the status advises TURN, until a link opens", async () => {
  const world = new FakeWorld();
  world.net.reachable = false;
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(16_000);
  for (const room of [one, two]) {
    expect(room.statuses.at(-1)).toMatchObject({ signaling: "connected", problem: { code: "link-failed" } });
    expect(room.statuses.at(-1)?.problem?.message).toMatch(/host, srflx.*TURN/);
  }
  world.net.reachable = true;
  await world.clock.advance(60_000);
  expect(world.areLinked(one, two)).toBe(true);
  expect(one.statuses.at(-1)).toEqual({ signaling: "connected" });
});

test("a path that comes back within three seconds is left alone", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.breakPaths();
  await world.clock.advance(2_500);
  for (const rtc of world.net.live) rtc.setIce("connected");
  await world.clock.advance(30_000);
  expect(world.net.made.map(({ restarts }) => restarts)).toEqual([0, 0]);
  expect(world.areLinked(one, two)).toBe(true);
});

test("a lost path is mended by an ICE restart of the end that offers, keeping the link", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.breakPaths();
  await world.clock.advance(3_500);
  expect(world.net.made.map(({ restarts }) => restarts).sort()).toEqual([0, 1]);
  expect(world.net.made.map(({ iceConnectionState }) => iceConnectionState)).toEqual([
    "connected",
    "connected",
  ]);
  await world.clock.advance(60_000);
  expect([one.links.length, two.links.length, world.net.made.length]).toEqual([1, 1, 2]);
});

test("the end that does not offer asks for the restart when it alone sees the trouble", async () => {
  const world = new FakeWorld();
  world.room();
  world.room();
  await world.clock.advance(1_000);
  const offered = new Set(
    world.said.flatMap((said) => (said.type === "description" && said.kind === "offer" ? [said.from] : [])),
  );
  const answering = world.net.made.find(({ localDescription }) => localDescription?.type === "answer");
  answering?.setIce("failed");
  await world.clock.advance(1_000);
  const asked = world.said.filter(({ type }) => type === "restart");
  expect(asked.length).toBe(1);
  expect(asked.some(({ from }) => offered.has(from))).toBe(false);
  expect(answering?.iceConnectionState).toBe("connected");
  expect(world.net.made).toHaveLength(2);
});

test("after two restarts that failed the connection is made anew, within fifteen seconds and a bit", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.reachable = false;
  world.net.breakPaths();
  await world.clock.advance(14_900);
  expect([one.links[0]?.closes, two.links[0]?.closes]).toEqual([[], []]);
  world.net.reachable = true;
  for (const rtc of world.net.made) rtc.setIce("failed");
  await world.clock.advance(1_500);
  expect(world.areLinked(one, two)).toBe(true);
  expect(Math.max(...world.net.made.map(({ restarts }) => restarts))).toBe(2);
  expect([one.links.length, two.links.length]).toEqual([2, 2]);
});

test("an implementation that cannot restart gets a new connection at once", async () => {
  const world = new FakeWorld();
  world.net.canRestart = false;
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.breakPaths();
  await world.clock.advance(4_000);
  expect(world.areLinked(one, two)).toBe(true);
  expect(one.links).toHaveLength(2);
});

test("waking restarts a path in trouble without waiting", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.breakPaths();
  one.session.wake();
  two.session.wake();
  await world.clock.advance(100);
  expect(world.net.made.every(({ iceConnectionState }) => iceConnectionState === "connected")).toBe(true);
});

test("offers that cross in a restart end with one path and no new link", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  for (let round = 0; round < 20; round++) {
    for (const rtc of world.net.made) rtc.restartIce();
    await world.clock.advance(200);
    expect(world.net.made.map(({ signalingState }) => signalingState)).toEqual(["stable", "stable"]);
  }
  expect(world.areLinked(one, two)).toBe(true);
  expect([one.links.length, world.net.made.length]).toEqual([1, 2]);
});

test("signaling that loses every other message still links", async () => {
  const world = new FakeWorld();
  let count = 0;
  world.hub.delivers = () => count++ % 2 === 1;
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(30_000);
  expect(world.areLinked(one, two)).toBe(true);
});

test("an offer that was lost is repeated within the life of its connection", async () => {
  const world = new FakeWorld();
  let lost = 0;
  world.hub.delivers = () => world.said.at(-1)?.type !== "description" || lost++ > 0;
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(4_000);
  expect(world.areLinked(one, two)).toBe(true);
  expect(world.net.made).toHaveLength(2);
});

test("announcing slows down while alone and nearly stops with links", async () => {
  const world = new FakeWorld();
  const [first, second] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  expect(world.areLinked(first, second)).toBe(true);
  const before = world.said.length;
  await world.clock.advance(600_000);
  const linkedAnnounces = world.said.length - before;
  expect(linkedAnnounces).toBeLessThanOrEqual(28);
  expect(linkedAnnounces).toBeGreaterThanOrEqual(12);

  const alone = new FakeWorld();
  alone.room();
  await alone.clock.advance(20_000);
  expect(alone.said.length).toBeGreaterThanOrEqual(4);
  await alone.clock.advance(600_000);
  expect(alone.said.length).toBeLessThanOrEqual(22);
});

test("two rooms of the same peers share one connection, also when a room comes later", async () => {
  const world = new FakeWorld();
  const [left, right] = [world.transport(), world.transport()];
  const first = [world.room(left, "first"), world.room(right, "first")] as const;
  await world.clock.advance(1_000);
  const second = [world.room(left, "second"), world.room(right, "second")] as const;
  await world.clock.advance(1_000);
  expect([world.areLinked(...first), world.areLinked(...second)]).toEqual([true, true]);
  expect(world.net.made).toHaveLength(2);

  first[0].session.close();
  await world.clock.advance(2_000);
  expect(world.areLinked(...second)).toBe(true);
  second[0].session.close();
  await world.clock.advance(1_000);
  expect(world.net.live).toEqual([]);
});

test("two peers of one room in one transport object are linked", async () => {
  const world = new FakeWorld();
  const shared = world.transport();
  const [one, two] = [world.room(shared), world.room(shared)];
  await world.clock.advance(5_000);
  expect(world.areLinked(one, two)).toBe(true);
});

test("two signaling services at once make one connection, and either alone suffices", async () => {
  for (const down of [[], [0], [1]]) {
    const world = new FakeWorld();
    const other = new FakeWorld();
    const hubs = [world.hub, other.hub];
    const signalings = () => [world.hub.signaling(), slowly(world, other)];
    const [one, two] = [
      world.room(world.transport({ signaling: signalings() })),
      world.room(world.transport({ signaling: signalings() })),
    ];
    for (const index of down) hubs[index]?.setStatus("unreachable");
    await step(world, other, 3_000);
    expect(world.areLinked(one, two)).toBe(true);
    expect(world.net.made).toHaveLength(2);
    expect(one.statuses.at(-1)?.signaling).toBe("connected");
  }
});

/** A second service whose messages take as long as that world's steps. */
const slowly = (_world: FakeWorld, other: FakeWorld) => other.hub.signaling();
const step = async (world: FakeWorld, other: FakeWorld, ms: number): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 20) {
    await world.clock.advance(20);
    await other.clock.advance(20);
  }
};

test("with all signaling down links go on, and the status says so", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(1_000);
  world.hub.setStatus("unreachable");
  await world.clock.advance(600_000);
  expect(one.statuses.at(-1)?.signaling).toBe("unreachable");
  expect(world.areLinked(one, two)).toBe(true);
  expect(one.links).toHaveLength(1);
});

test("a connection that died unseen at one end is replaced when the other end says so", async () => {
  const world = new FakeWorld();
  const [one, two] = [world.room(), world.room()];
  await world.clock.advance(10_000);
  for (const rtc of [...world.net.live]) {
    rtc.close();
    await world.clock.advance(2_000);
    expect(world.areLinked(one, two)).toBe(true);
  }
});

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

test("ICE servers are asked for each connection; a failure is told and mended", async () => {
  const world = new FakeWorld();
  let asked = 0;
  const iceServers = async (): Promise<RTCIceServer[]> => {
    asked++;
    if (asked <= 3) throw new Error("the credential service is down");
    return [];
  };
  const [one, two] = [
    world.room(world.transport({ iceServers })),
    world.room(world.transport({ iceServers })),
  ];
  await world.clock.advance(200);
  const problems = () => [one, two].map(({ statuses }) => statuses.at(-1)?.problem?.code);
  expect(problems()).toContain("link-failed");
  await world.clock.advance(30_000);
  expect(world.areLinked(one, two)).toBe(true);
  expect(asked).toBeGreaterThanOrEqual(4);
  expect(problems()).toEqual([undefined, undefined]);
});

test("a function for ICE servers that never answers is given up", async () => {
  const world = new FakeWorld();
  const iceServers = () => new Promise<RTCIceServer[]>(() => undefined);
  const room = world.room(world.transport({ iceServers }));
  const other = world.room(world.transport({ iceServers }));
  await world.clock.advance(11_000);
  const problems = [room, other].map(({ statuses }) => statuses.at(-1)?.problem?.code);
  expect(problems).toContain("link-failed");
  expect(world.net.made).toEqual([]);
});

test("more connections than allowed are not made", async () => {
  const world = new FakeWorld();
  const hub = world.room(world.transport({ maxConnections: 2 }));
  const others = [world.room(), world.room(), world.room(), world.room()];
  await world.clock.advance(60_000);
  expect(others.filter(({ self }) => hub.openLink(self)).length).toBe(2);
});

test("after leaving, no timer and no connection is left", async () => {
  const world = new FakeWorld();
  const rooms = [world.room(), world.room(), world.room()];
  await world.clock.advance(1_000);
  world.net.reachable = false;
  world.room();
  await world.clock.advance(700);
  for (const room of [...rooms, ...world.rooms]) room.session.close();
  await world.clock.advance(600);
  expect(world.net.live).toEqual([]);
  // What the made-up network itself still waits for.
  await world.clock.advance(5_000);
  expect(world.clock.pending).toBe(0);
  expect(world.hub.joins).toBe(0);
});
