import { createRoom, memoryStore, type Room, type RoomOptions } from "@manyhands/core";
import { nodeSignatures, SimStore, World } from "@manyhands/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";

let world: World;
const rooms: Room[] = [];
beforeEach(() => {
  world = new World();
});
afterEach(async () => {
  const closing = rooms.splice(0).map((room) => room.close());
  await world.run(10);
  await Promise.all(closing);
  await world.close();
});

const open = (at: string, name: string, options: Partial<RoomOptions> = {}): Room => {
  const random = world.random.fork();
  const room = createRoom({
    name,
    secret: new Uint8Array(32).fill(1),
    transports: [world.network.transport(at)],
    store: memoryStore(),
    clock: world.clock,
    random,
    signatures: nodeSignatures(random),
    ...options,
  });
  rooms.push(room);
  return room;
};

const textOf = ({ doc }: Room): string => doc.getText("text").toString();
const write = ({ doc }: Room, words: string): void => doc.getText("text").insert(0, words);

test("five rooms in one process, each with its twin elsewhere, do not meet", async () => {
  const names = ["one", "two", "three", "four", "five"];
  const here = names.map((name) => open("here", name));
  const there = names.map((name) => open("there", name));
  await world.run(2_000);
  for (const [at, name] of names.entries()) write((at % 2 ? here : there)[at] as Room, name);
  await world.run(2_000);
  expect(here.map(textOf)).toEqual(names);
  expect(there.map(textOf)).toEqual(names);
  for (const room of [...here, ...there]) expect(room.state).toMatchObject({ synced: true });
  for (const room of [...here, ...there]) expect(room.state.peers).toHaveLength(1);
  await here[0]?.close();
  write(here[1] as Room, "still ");
  await world.run(2_000);
  expect(textOf(there[1] as Room)).toBe("still two");
});

test("two rooms of one name on one page sync with each other, store or no store", async () => {
  const store = new SimStore();
  const left = open("page", "same", { store });
  const right = open("page", "same", { store });
  write(left, "left ");
  await world.run(3_000);
  write(right, "right ");
  await world.run(3_000);
  expect(textOf(left)).toBe(textOf(right));
  expect(textOf(left).split(" ").sort()).toEqual(["", "left", "right"]);
  expect(left.state.peers.map(({ id }) => id)).toEqual([right.id]);
  expect(left.state.synced).toBe(true);
});

test("opened and closed ten times over, as a hot reload does, there is one peer", async () => {
  const doc = new Y.Doc();
  const other = open("other", "same");
  for (let reload = 0; reload < 10; reload++) {
    const room = open("page", "same", { doc });
    await world.run(reload % 2 ? 1_000 : 0);
    const closing = room.close();
    await world.run(1);
    await closing;
  }
  const room = open("page", "same", { doc });
  await world.run(3_000);
  write(room, "works");
  await world.run(1_000);
  expect(textOf(other)).toBe("works");
  expect(other.state.peers).toHaveLength(1);
  expect(other.awareness.getStates().size).toBe(2);
});

test("one doc in two rooms carries edits from one to the other", async () => {
  const doc = new Y.Doc();
  open("bridge", "one", { doc });
  open("bridge", "two", { doc });
  const [one, two] = [open("a", "one"), open("b", "two")];
  await world.run(3_000);
  write(one, "from one ");
  await world.run(3_000);
  write(two, "from two ");
  await world.run(3_000);
  expect(textOf(two)).toBe("from two from one ");
  expect(textOf(one)).toBe("from two from one ");
});
