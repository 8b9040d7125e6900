import { createRoom, type Room, type TransportRoom } from "@manyhands/core";
import { nodeSignatures, SeededRandom, VirtualClock } from "@manyhands/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTransport, Stranger } from "../../test/stranger.js";
import { limits } from "../limits.js";
import { deriveRoomKeys } from "../sealing/room-keys.js";

const shared = { name: "the room", secret: new Uint8Array(32).fill(7) };
const root = deriveRoomKeys(shared.secret, shared.name).journalOf("root");
let clock: VirtualClock;
let room: Room;
let inside: TransportRoom;
let stranger: Stranger;

beforeEach(async () => {
  clock = new VirtualClock();
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
  await stranger.prove(inside);
  await clock.advance(10);
});

afterEach(async () => {
  await room.close();
});

const expectCutOff = async (): Promise<void> => {
  await clock.advance(10);
  expect(stranger.closedFor).toContain("misbehaved");
  expect(room.state.peers).toEqual([]);
  expect(inside.wantsLink(stranger.id)).toBe(false);
  stranger.linkTo(inside);
  expect(stranger.closedFor).toBe("redundant");
  await clock.advance(limits.banMs);
  expect(inside.wantsLink(stranger.id)).toBe(true);
};

test("random messages never throw; their sender is cut and for a while not linked again", async () => {
  const random = new SeededRandom(3);
  for (let at = 0; at < 1_000 && stranger.closedFor === undefined; at++)
    await stranger.say(random.bytes(random.between(0, 300)), random.pick(["live", "bulk", "now"] as const));
  await expectCutOff();
});

test("a frame that breaks the form cuts the link at once", async () => {
  await stranger.sendFrame(Uint8Array.of(2, 0));
  await expectCutOff();
});

test("blocks that are none are strikes", async () => {
  for (let at = 0; at < limits.maxStrikes; at++)
    await stranger.tell({ type: "blocks", journal: root, blocks: [stranger.random.bytes(100)] });
  await expectCutOff();
});

test.each(["presence", "channel"] as const)("a %s that does not open is a strike", async (type) => {
  for (let at = 0; at < limits.maxStrikes; at++)
    await stranger.tell({ type, sealed: stranger.random.bytes(80) });
  await expectCutOff();
});

test("fewer strikes than the limit cost nothing, and the room goes on", async () => {
  for (let at = 0; at < limits.maxStrikes - 1; at++) await stranger.say(Uint8Array.of(200));
  await stranger.tell({ type: "ping" });
  expect(stranger.heardOf("pong")).toHaveLength(1);
  expect(room.state.peers).toHaveLength(1);
});

test("messages that have the form and make no sense never throw and change nothing", async () => {
  const { random } = stranger;
  const other = deriveRoomKeys(shared.secret, shared.name).journalOf("elsewhere");
  for (let at = 0; at < 200; at++) {
    const journal = random.pick([root, other]) ?? root;
    await stranger.tell({ type: "digest", journal, digest: random.bytes(32), durable: true });
    await stranger.tell({ type: "frontier", journal, frontier: new Map(), durable: true, want: true });
    await stranger.tell({ type: "end", journal });
    await stranger.tell({ type: "absent", journal });
    await stranger.tell({ type: "receipt", journal, stored: new Map() });
    await stranger.tell({ type: "links", peers: [stranger.id] });
    await clock.advance(10);
  }
  expect(stranger.closedFor).toBeUndefined();
  room.doc.getText("text").insert(0, "still here");
  await clock.advance(1_000);
  expect(stranger.heardOf("blocks").length).toBeLessThanOrEqual(1);
});

test("a neighbour that claims what it never sends is asked less and less", async () => {
  const session = (await stranger.handshake(inside)).start();
  const { sessionIdOf, blockIdOf } = await import("../ids.js");
  const frontier = new Map([
    [sessionIdOf(session.slice(1, 17)), { seq: 9, id: blockIdOf(session.slice(0, 32)) }],
  ]);
  const claim = { type: "frontier", journal: root, frontier, durable: false, want: false } as const;
  await stranger.tell(claim);
  for (let second = 0; second < 600; second++) {
    await clock.advance(1_000);
    await stranger.tell({ type: "end", journal: root });
  }
  const asked = stranger.heardOf("frontier").length;
  expect(asked).toBeGreaterThan(5);
  expect(asked).toBeLessThan(40);
  expect(room.state.synced).toBe(false);
});

test("at most maxLinks links are taken, however many a transport opens", async () => {
  for (let seed = 0; seed < limits.maxLinks + 5; seed++) {
    const other = new Stranger({ ...shared, clock, seed: 1_000 + seed });
    await other.prove(inside);
  }
  await clock.advance(10);
  expect(room.state.peers).toHaveLength(limits.maxLinks);
});
