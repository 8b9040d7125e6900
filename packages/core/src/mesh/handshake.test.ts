import { createRoom, type Room, type TransportRoom } from "@manyhands/core";
import { nodeSignatures, SeededRandom, VirtualClock } from "@manyhands/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTransport, Stranger } from "../../test/stranger.js";
import { limits } from "../limits.js";
import { deriveRoomKeys } from "../sealing/room-keys.js";

const shared = { name: "the room", secret: new Uint8Array(32).fill(7) };
const clock = new VirtualClock();
let room: Room;
let inside: TransportRoom;
let stranger: Stranger;

beforeEach(async () => {
  const transport = openTransport();
  const random = new SeededRandom(1);
  room = createRoom({
    ...shared,
    transports: [transport],
    clock,
    random,
    signatures: nodeSignatures(random),
  });
  await room.whenLoaded();
  const [joined] = transport.rooms;
  if (!joined) throw new Error("the room joined no transport");
  inside = joined;
  stranger = new Stranger({ ...shared, clock });
});

afterEach(async () => {
  await room.close();
});

const expectRefused = async (reason: string): Promise<void> => {
  await clock.advance(10);
  expect(stranger.closedFor).toBe(reason);
  expect(room.state.peers).toEqual([]);
  // Nothing of the room was said: a hello and at most a proof.
  expect(stranger.heard.length).toBeLessThanOrEqual(2);
};

test("an honest peer is proved and becomes a peer", async () => {
  await stranger.prove(inside);
  await clock.advance(10);
  expect(stranger.closedFor).toBeUndefined();
  expect(room.state.peers).toMatchObject([{ id: stranger.id, transport: "test" }]);
});

test("a peer with another secret is refused, and a person hears of it", async () => {
  await stranger.prove(inside, { keys: deriveRoomKeys(new Uint8Array(32).fill(8), shared.name) });
  await expectRefused("wrong-secret");
  expect(room.state.problem?.code).toBe("wrong-secret");
});

test("whoever is in the room with others need not hear of strangers without the secret", async () => {
  const honest = new Stranger({ ...shared, clock, seed: 5 });
  await honest.prove(inside);
  await stranger.prove(inside, { keys: deriveRoomKeys(new Uint8Array(32).fill(8), shared.name) });
  await clock.advance(10);
  expect(stranger.closedFor).toBe("wrong-secret");
  expect(room.state.problem).toBeUndefined();
});

test("a hello and a proof that were recorded prove nothing again", async () => {
  const handshake = await stranger.handshake(inside);
  stranger.linkTo(inside);
  await stranger.say(handshake.start());
  const step = await handshake.receive(stranger.heard[0]?.bytes ?? new Uint8Array(0));
  if (step.kind !== "send") throw new Error("no proof");
  await stranger.say(step.message);
  await clock.advance(10);
  expect(room.state.peers).toHaveLength(1);
  stranger.linkTo(inside);
  await stranger.say(handshake.start());
  await stranger.say(step.message);
  await clock.advance(10);
  expect(stranger.closedFor).toBe("wrong-secret");
  // On the first link it is proved, and stays.
  expect(room.state.peers).toHaveLength(1);
});

test("what the room sent is no proof when it is sent back", async () => {
  stranger.linkTo(inside);
  const handshake = await stranger.handshake(inside);
  await stranger.say(handshake.start());
  const proof = stranger.heard[1]?.bytes;
  expect(proof).toHaveLength(96);
  await stranger.say(proof ?? new Uint8Array(0));
  await expectRefused("wrong-secret");
});

test("the room's own hello is refused when it is sent back", async () => {
  stranger.linkTo(inside);
  await stranger.say(stranger.heard[0]?.bytes ?? new Uint8Array(0));
  await expectRefused("malformed");
});

test("a proof for another link does not count here", async () => {
  await stranger.prove(inside, { binding: new Uint8Array(32).fill(1) });
  await expectRefused("wrong-secret");
});

test("a proof in the wrong role does not count", async () => {
  await stranger.prove(inside, { initiator: false });
  await expectRefused("wrong-secret");
});

test("a session whose key one does not hold is refused, also when one's own device vouches for it", async () => {
  const other = new Stranger({ ...shared, clock, seed: 9 });
  const theirs = await other.session();
  const own = await stranger.session();
  const certified = { ...theirs, device: own.device, deviceKey: own.deviceKey };
  const certificate = await stranger.certify(theirs.keys.publicKey);
  await stranger.prove(inside, {
    session: { ...certified, certificate, keys: { ...own.keys, publicKey: theirs.keys.publicKey } },
  });
  await expectRefused("bad-signature");
});

test("a session that the device did not certify is refused", async () => {
  const honest = await stranger.handshake(inside);
  const hello = honest.start();
  // version, peer, device key, session key, certificate, nonce
  hello.set(new Uint8Array(64).fill(3), 1 + 16 + 32 + 32);
  stranger.linkTo(inside);
  await stranger.say(hello);
  const step = await honest.receive(stranger.heard[0]?.bytes ?? new Uint8Array(0));
  if (step.kind === "send") await stranger.say(step.message);
  await expectRefused("bad-signature");
});

test("whoever takes another's name is refused", async () => {
  stranger.linkTo(inside);
  const other = new Stranger({ ...shared, clock, seed: 6 });
  await stranger.say((await other.handshake(inside)).start());
  await expectRefused("malformed");
});

test("who is proved is not pushed out by a link under the same name, until that is proved as well", async () => {
  await stranger.prove(inside);
  await clock.advance(10);
  // The same seed, the same name; another secret.
  const impostor = new Stranger({ ...shared, clock });
  await impostor.prove(inside, { keys: deriveRoomKeys(new Uint8Array(32).fill(8), shared.name) });
  await clock.advance(10);
  expect(impostor.closedFor).toBe("wrong-secret");
  expect(stranger.closedFor).toBeUndefined();
  expect(room.state.peers).toMatchObject([{ id: stranger.id }]);

  const again = new Stranger({ ...shared, clock });
  await again.prove(inside);
  await clock.advance(10);
  expect(stranger.closedFor).toBe("replaced");
  expect(room.state.peers).toMatchObject([{ id: again.id }]);
});

test("a link on which nobody proves anything is closed in time", async () => {
  stranger.linkTo(inside);
  await clock.advance(limits.handshakeMs - 1);
  expect(stranger.closedFor).toBeUndefined();
  await clock.advance(1);
  await expectRefused("handshake timed out");
});

test("a link that closes in the middle of the handshake leaves nothing behind", async () => {
  const handshake = await stranger.handshake(inside);
  stranger.linkTo(inside);
  const said = stranger.say(handshake.start());
  room.wake();
  await room.close();
  await said;
  expect(stranger.closedFor).toBe("closed");
  expect(clock.untilNext).toBeLessThanOrEqual(0);
});

test("greetings for a thousand documents that come while the proof is checked are kept", async () => {
  const handshake = await stranger.handshake(inside);
  stranger.linkTo(inside);
  await stranger.say(handshake.start());
  const step = await handshake.receive(stranger.heard[0]?.bytes ?? new Uint8Array(0));
  if (step.kind !== "send") throw new Error("no proof");
  const ends = Array.from({ length: 1_000 }, () => stranger.tell({ type: "ping" }, "bulk"));
  await Promise.all([...ends, stranger.say(step.message)]);
  await clock.advance(10);
  expect(stranger.closedFor).toBeUndefined();
  expect(stranger.heardOf("pong")).toHaveLength(1_000);
});

test("who floods a link before it is proved is cut off", async () => {
  stranger.linkTo(inside);
  for (let at = 0; at < 20 && stranger.closedFor === undefined; at++)
    await stranger.say(new Uint8Array(100_000), "bulk");
  expect(stranger.closedFor).toContain("misbehaved");
  expect(inside.wantsLink(stranger.id)).toBe(false);
});
