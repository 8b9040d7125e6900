import { ManyhandsError, memoryStore, type Room, type RoomState } from "@manyhands/core";
import { type SimDevice, SimStore, World } from "@manyhands/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { diskFull, FakeDisk } from "../test/fake-stores.js";
import { limits } from "./limits.js";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => {
  await world.close();
});

/** The distinct values of one part of the state, in the order in which they came. */
const record = <Value>(room: Room, pick: (state: RoomState) => Value): Value[] => {
  const seen = [pick(room.state)];
  room.subscribe((state) => {
    const value = pick(state);
    if (value !== seen.at(-1)) seen.push(value);
  });
  return seen;
};

const open = async <Names extends string[]>(
  ...names: Names
): Promise<{ [Name in Names[number]]: SimDevice }> => {
  const devices: Record<string, SimDevice> = {};
  for (const name of names) devices[name] = await world.device(name);
  return devices as { [Name in Names[number]]: SimDevice };
};

describe("synced", () => {
  test("alone: open, without peers, never synced", async () => {
    const { a } = await open("a");
    const status = record(a.room, (state) => state.status);
    const synced = record(a.room, (state) => state.synced);
    await world.run(120_000);
    expect(status.at(-1)).toBe("open");
    expect(synced).toEqual([false]);
    expect(a.room.state).toMatchObject({ signaling: "none", peers: [], storage: { kind: "durable" } });
    expect(a.room.state.problem).toBeUndefined();
  });

  test("two, of whom one has a history: synced once, when it is there", async () => {
    const { a } = await open("a");
    a.type("x".repeat(500_000));
    await world.settle();
    const b = await world.device("b");
    const lengthWhenSynced: number[] = [];
    b.room.on("synced", () => lengthWhenSynced.push(b.text.length));
    const synced = [record(a.room, (state) => state.synced), record(b.room, (state) => state.synced)];
    await world.settle();
    expect(synced).toEqual([
      [false, true],
      [false, true],
    ]);
    expect(lengthWhenSynced).toEqual([500_000]);
  });

  test("of three the third leaves: the others stay synced", async () => {
    const { a, b, c } = await open("a", "b", "c");
    await world.settle();
    const synced = record(a.room, (state) => state.synced);
    await c.stop();
    await world.run(30_000);
    expect(synced).toEqual([true]);
    expect(a.room.state.peers.map(({ id }) => id)).toEqual([b.room.id]);
  });

  test("the last other leaves: not synced any more, and again when one comes", async () => {
    const { a, b } = await open("a", "b");
    await world.settle();
    const synced = record(a.room, (state) => state.synced);
    await b.stop();
    await world.run(1_000);
    await b.start();
    await world.settle();
    expect(synced).toEqual([true, false, true]);
  });

  test("with another secret, or another name, one is alone", async () => {
    const a = await world.device("a");
    const b = await world.device("b", { secret: new Uint8Array(32).fill(8) });
    const c = await world.device("c", { name: "another room" });
    for (const { room } of [a, b, c]) room.doc.getText("text").insert(0, "mine");
    await world.run(10_000);
    for (const device of [a, b, c]) {
      expect(device.room.state).toMatchObject({ peers: [], synced: false });
      expect(device.text).toBe("mine");
    }
  });

  test("peers come with their device and transport, and each comes and goes once", async () => {
    const { a } = await open("a");
    const log: string[] = [];
    a.room.on("peers", ({ added, removed }) => {
      for (const { transport } of added) log.push(`+ ${transport}`);
      for (const { transport } of removed) log.push(`- ${transport}`);
    });
    const b = await world.device("b");
    await world.settle();
    b.type("x");
    await world.settle();
    await b.stop();
    await world.run(1_000);
    expect(log).toEqual(["+ simulated", "- simulated"]);
  });

  test("a state is one value until something changes, and a listener that throws does not stop the rest", async () => {
    const { a } = await open("a");
    await a.room.whenLoaded();
    const { state } = a.room;
    expect(a.room.state).toBe(state);
    const seen: RoomState[] = [];
    a.room.subscribe(() => {
      throw new Error("a bug of the app");
    });
    const end = a.room.subscribe((next) => seen.push(next));
    a.type("x");
    await world.run(100);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.at(-1)).toBe(a.room.state);
    end();
    const count = seen.length;
    a.type("y");
    await world.run(100);
    expect(seen).toHaveLength(count);
  });
});

describe("saved", () => {
  test("an edit is unsaved, then here, then on each device that stored it", async () => {
    const { a, b, c } = await open("a", "b", "c");
    await world.settle();
    const seen: string[] = [];
    a.room.subscribe(({ saved }) => {
      const now = `${saved.here} ${saved.devices} ${saved.onlyHereSince === undefined ? "-" : "only here"}`;
      if (now !== seen.at(-1)) seen.push(now);
    });
    a.type("x");
    await world.run(2_000);
    expect(seen.at(0)).toMatch(/^false 0 only here/);
    expect(seen).toContain("true 0 only here");
    expect(seen.at(-1)).toBe("true 2 -");
    expect(b.room.state.saved).toEqual({ here: true, devices: 0, onlyHereSince: undefined });
    expect(c.room.state.saved.here).toBe(true);
  });

  test("before it is loaded nothing counts as saved, least of all what was written meanwhile", async () => {
    const disk = new FakeDisk(world.clock);
    disk.delayMs = 1_000;
    const a = await world.device("a", { store: disk });
    a.type("early");
    const here = record(a.room, ({ saved }) => saved.here);
    await world.run(1_500);
    expect(a.room.state.storage).toEqual({ kind: "durable", recovered: false });
    expect(a.room.state.status).toBe("loading");
    expect(here).toEqual([false]);
    await world.run(5_000);
    expect(here).toEqual([false, true]);
  });

  test("a slow store: the edit is shown and spread only when it is stored, and saved says so", async () => {
    const disk = new FakeDisk(world.clock);
    const a = await world.device("a", { store: disk });
    const b = await world.device("b");
    await world.settle();
    disk.delayMs = 3_000;
    a.type("slow");
    await world.run(2_000);
    expect(a.room.state.saved).toMatchObject({ here: false, devices: 0 });
    expect(b.text).toBe("");
    await world.run(1_500 + limits.receiptMs);
    expect(a.room.state.saved).toMatchObject({ here: true, devices: 1 });
    expect(b.text).toBe("slow");
  });

  test("a store that fails: memory and a problem, not saved here, and edits still spread; then it recovers", async () => {
    const disk = new FakeDisk(world.clock);
    const a = await world.device("a", { store: disk });
    const b = await world.device("b");
    await world.settle();
    disk.appendFails = diskFull;
    a.type("one ");
    await world.run(2_000);
    expect(a.room.state.storage).toEqual({ kind: "memory", problem: diskFull });
    expect(a.room.state.problem).toBe(diskFull);
    expect(a.room.state.saved).toMatchObject({ here: false, devices: 1, onlyHereSince: undefined });
    expect(b.text).toBe("one ");
    await expect(a.room.whenSaved()).rejects.toBe(diskFull);
    b.type("two ");
    await world.run(2_000);
    expect(a.text).toBe("one two ");
    // What a cannot store it does not confirm.
    expect(b.room.state.saved).toMatchObject({ here: true, devices: 0 });
    disk.appendFails = undefined;
    a.type("three");
    await world.run(2_000);
    expect(a.room.state.storage).toEqual({ kind: "durable", recovered: false });
    expect(a.room.state.problem).toBeUndefined();
    expect(a.room.state.saved.here).toBe(true);
  });

  test.each(["openFails", "keysFail"] as const)(
    "a store where %s: memory and a problem, and the room works",
    async (how) => {
      const disk = new FakeDisk(world.clock);
      disk[how] = diskFull;
      const a = await world.device("a", { store: disk });
      const b = await world.device("b");
      a.type("from memory");
      await world.run(5_000);
      expect(a.room.state).toMatchObject({
        status: "open",
        storage: { kind: "memory", problem: diskFull },
        problem: diskFull,
      });
      expect(a.room.state.saved).toMatchObject({ here: false, devices: 1 });
      expect(b.text).toBe("from memory");
      expect(disk.openParts).toBe(0);
    },
  );

  test("without a store: memory, no problem, never saved here", async () => {
    const a = await world.device("a", { store: memoryStore() });
    a.type("x");
    await world.run(1_000);
    expect(a.room.state.storage).toEqual({ kind: "memory" });
    expect(a.room.state.saved.here).toBe(false);
    expect(a.room.state.problem).toBeUndefined();
    await expect(a.room.whenSaved()).resolves.toBeUndefined();
  });

  test("another tab of the same device is a peer, and not another device", async () => {
    const disk = new SimStore();
    const a = await world.device("a", { store: disk });
    await a.room.whenLoaded();
    const tab = await world.device("tab of a", { store: disk });
    await world.run(3_000);
    a.type("x");
    await world.run(70_000);
    expect(tab.text).toBe("x");
    expect(tab.room.state.peers[0]?.device).toBe(a.room.state.peers[0]?.device);
    expect(a.room.state.saved).toMatchObject({ here: true, devices: 0 });
    expect(a.room.state.saved.onlyHereSince).toBeDefined();
    const b = await world.device("b");
    await world.settle();
    await world.run(2_000);
    expect(b.text).toBe("x");
    for (const { room } of [a, tab])
      expect(room.state.saved).toEqual({ here: true, devices: 1, onlyHereSince: undefined });
  });

  test("onlyHereSince is when the oldest edit was made that is nowhere else, also while one types on", async () => {
    const { a } = await open("a", "b");
    await world.settle();
    for (let at = 0; at < 300; at++) {
      a.type("x");
      await world.run(100);
      const { onlyHereSince = world.clock.now() } = a.room.state.saved;
      expect(world.clock.now() - onlyHereSince).toBeLessThan(3_000);
    }
    world.network.cut("a", "b");
    const cutAt = world.clock.now();
    for (let at = 0; at < 300; at++) {
      a.type("x");
      await world.run(100);
    }
    expect(a.room.state.saved.onlyHereSince).toBeGreaterThan(cutAt - 3_000);
    expect(a.room.state.saved.onlyHereSince).toBeLessThan(cutAt + 3_000);
    world.network.heal("a", "b");
    await world.settle();
    await world.run(2_000);
    expect(a.room.state.saved).toMatchObject({ devices: 1, onlyHereSince: undefined });
  });

  test("after a reload offline nobody has said anything yet; online again somebody does", async () => {
    const { a } = await open("a", "b");
    a.type("x");
    await world.settle();
    await a.stop();
    a.offline();
    await a.start();
    await a.room.whenLoaded();
    expect(a.room.state.saved).toMatchObject({ here: true, devices: 0 });
    expect(a.room.state.saved.onlyHereSince).toBeDefined();
    a.online();
    await world.settle();
    expect(a.room.state.saved).toMatchObject({ devices: 1, onlyHereSince: undefined });
  });
});

describe("waiting", () => {
  test("whenLoaded, whenSynced and whenSaved resolve when they are true", async () => {
    const { a } = await open("a", "b");
    const done: string[] = [];
    void a.room.whenLoaded().then(() => done.push("loaded"));
    void a.room.whenSynced().then(() => done.push("synced"));
    await world.settle();
    expect(done).toEqual(["loaded", "synced"]);
    a.type("x");
    await a.room.whenSaved();
    expect(a.room.state.saved.here).toBe(true);
  });

  test.each(["whenLoaded", "whenSynced", "whenSaved"] as const)(
    "%s rejects with aborted when its signal fires, before or during the wait, and leaves nothing behind",
    async (wait) => {
      const disk = new FakeDisk(world.clock);
      disk.delayMs = 60_000;
      const a = await world.device("a", { store: disk });
      const controller = new AbortController();
      const waiting = a.room[wait]({ signal: controller.signal });
      const outcome = expect(waiting).rejects.toMatchObject({ code: "aborted", cause: "enough" });
      controller.abort("enough");
      await outcome;
      await expect(a.room[wait]({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
      disk.delayMs = 0;
    },
  );

  test("whenSaved can be aborted while the store dawdles, and the edit is stored all the same", async () => {
    const disk = new FakeDisk(world.clock);
    const a = await world.device("a", { store: disk });
    await a.room.whenLoaded();
    disk.delayMs = 10_000;
    a.type("x");
    const controller = new AbortController();
    const outcome = expect(a.room.whenSaved({ signal: controller.signal })).rejects.toBeInstanceOf(
      ManyhandsError,
    );
    await world.run(1_000);
    controller.abort();
    await outcome;
    await world.run(10_000);
    expect(a.room.state.saved.here).toBe(true);
  });

  test("every wait rejects with closed when the room closes first, and at once on a closed room", async () => {
    const { a } = await open("a");
    await a.room.whenLoaded();
    const { room } = a;
    const outcome = expect(room.whenSynced()).rejects.toMatchObject({ code: "closed" });
    await room.close();
    await outcome;
    for (const wait of [room.whenLoaded(), room.whenSynced(), room.whenSaved()])
      await expect(wait).rejects.toMatchObject({ code: "closed" });
    await expect(room.seed("v1", () => undefined)).rejects.toMatchObject({ code: "closed" });
  });
});
