import { VirtualClock } from "@manyhands/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { ManyhandsError } from "../errors.js";
import { journalIdOf, sessionIdOf } from "../ids.js";
import { memoryStore } from "../memory-store.js";
import type { RoomStore, StoredBlock } from "../ports/store.js";
import { StoreGuard } from "./store-guard.js";

const journal = journalIdOf(new Uint8Array(16));
const otherJournal = journalIdOf(new Uint8Array(16).fill(1));
const ann = sessionIdOf(new Uint8Array(16).fill(2));
const bob = sessionIdOf(new Uint8Array(16).fill(3));
const block = (seq: number, session = ann, length = 100): StoredBlock => ({
  session,
  seq,
  bytes: new Uint8Array(length).fill(seq),
});
const blocks = (from: number, to: number, length?: number): StoredBlock[] =>
  Array.from({ length: to - from + 1 }, (_, at) => block(from + at, ann, length));
const seqs = (found: readonly StoredBlock[]): number[] => found.map(({ seq }) => seq);
const strict = { durability: "strict" } as const;
const relaxed = { durability: "relaxed" } as const;

/** A disk that works, refuses one kind of call, or all. */
class MoodyStore {
  refuses: "nothing" | "append" | "read" | "everything" = "nothing";
  readonly offered: { readonly seqs: number[]; readonly durability: string }[] = [];
  readonly #disk: RoomStore;

  constructor(disk: RoomStore) {
    this.#disk = disk;
  }

  asRoomStore(): RoomStore {
    const disk = this.#disk;
    const mind = async (kind: "append" | "read"): Promise<void> => {
      if (this.refuses === kind || this.refuses === "everything") throw new TypeError("the disk is full");
      await Promise.resolve();
    };
    return {
      health: disk.health,
      durable: true,
      deviceKeys: (create) => disk.deviceKeys(create),
      append: async (id, given, options) => {
        this.offered.push({ seqs: seqs(given), durability: options.durability });
        await mind("append");
        await disk.append(id, given, options);
      },
      load: async (id) => {
        await mind("read");
        return await disk.load(id);
      },
      readChain: async (...args) => {
        await mind("read");
        return await disk.readChain(...args);
      },
      writeState: async (...args) => {
        await mind("append");
        await disk.writeState(...args);
      },
      journals: () => disk.journals(),
      close: async () => {
        await mind("append");
        await disk.close();
      },
    };
  }
}

let clock: VirtualClock;
let moody: MoodyStore;
let disk: RoomStore;
let guard: StoreGuard;
let told: (string | undefined)[];

beforeEach(async () => {
  clock = new VirtualClock();
  disk = await memoryStore().open("room", { onProblem: () => undefined });
  moody = new MoodyStore(disk);
  told = [];
  guard = new StoreGuard(moody.asRoomStore(), clock, (problem) => {
    expect(problem === undefined || problem instanceof ManyhandsError).toBe(true);
    told.push(problem?.code);
  });
});

const storedSeqs = async (): Promise<number[]> => seqs((await disk.load(journal)).tail);

describe("a failing store never loses a block", () => {
  test("what it refused is offered again, before what comes next", async () => {
    moody.refuses = "append";
    expect(await guard.append(journal, blocks(0, 1), strict)).toBe(false);
    expect(await guard.append(journal, blocks(2, 2), strict)).toBe(false);
    expect(guard.isDurable).toBe(false);
    moody.refuses = "nothing";
    expect(await guard.append(journal, blocks(3, 3), relaxed)).toBe(true);
    expect(guard.isDurable).toBe(true);
    expect(await storedSeqs()).toEqual([0, 1, 2, 3]);
  });

  test("own blocks that waited are stored durably, whatever the append that brings them asks for", async () => {
    moody.refuses = "append";
    await guard.append(journal, blocks(0, 0), strict);
    moody.refuses = "nothing";
    await guard.append(journal, blocks(1, 1), relaxed);
    expect(moody.offered.at(-1)).toEqual({ seqs: [0, 1], durability: "strict" });
  });

  test("of two appends under way at once neither is lost, and the later does not answer for the earlier", async () => {
    moody.refuses = "append";
    const first = guard.append(journal, blocks(0, 0), relaxed);
    moody.refuses = "nothing";
    const second = guard.append(journal, blocks(1, 1), relaxed);
    moody.refuses = "append";
    expect(await Promise.all([first, second])).toEqual([false, false]);
    moody.refuses = "nothing";
    expect(await guard.append(journal, [], relaxed)).toBe(true);
    expect(new Set(await storedSeqs())).toEqual(new Set([0, 1]));
  });

  test("while what waited is offered it can still be read, and nothing counts as durable", async () => {
    moody.refuses = "append";
    await guard.append(journal, blocks(0, 0), strict);
    moody.refuses = "nothing";
    const again = guard.append(journal, blocks(1, 1), strict);
    expect(guard.isDurable).toBe(false);
    expect(seqs((await guard.load(journal)).tail)).toContain(0);
    await again;
    expect(guard.isDurable).toBe(true);
  });

  test("a disk that stays full is offered a piece at a time, not everything at every append", async () => {
    moody.refuses = "append";
    for (let at = 0; at < 10; at++) await guard.append(journal, blocks(at, at, 400_000), strict);
    expect(Math.max(...moody.offered.map((offer) => offer.seqs.length))).toBeLessThanOrEqual(2);
    moody.refuses = "nothing";
    expect(await guard.append(journal, [], strict)).toBe(true);
    expect(await storedSeqs()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("what still waits at the end is offered a last time", async () => {
    moody.refuses = "append";
    await guard.append(journal, blocks(0, 0), strict);
    await guard.append(otherJournal, blocks(0, 0), strict);
    moody.refuses = "nothing";
    const offers = moody.offered.length;
    await guard.close();
    expect(moody.offered.length).toBe(offers + 2);
    expect(guard.isDurable).toBe(true);
  });

  test("a store that cannot even be closed rejects nothing", async () => {
    moody.refuses = "everything";
    await guard.append(journal, blocks(0, 0), strict);
    await guard.close();
    expect(told).toEqual(["storage-failed", "storage-failed", "storage-failed"]);
  });
});

describe("reads include what waits", () => {
  test("readChain goes on where the disk ends", async () => {
    await guard.append(journal, blocks(0, 1), strict);
    moody.refuses = "append";
    await guard.append(journal, blocks(2, 4), strict);
    expect(seqs(await guard.readChain(journal, ann, 0, 1000))).toEqual([0, 1]);
    expect(seqs(await guard.readChain(journal, ann, 2, 1000))).toEqual([2, 3, 4]);
    expect(seqs(await guard.readChain(journal, ann, 4, 1000))).toEqual([4]);
    expect(seqs(await guard.readChain(journal, ann, 5, 1000))).toEqual([]);
  });

  test("readChain keeps to one chain, stops at a gap, and gives no more than was asked for", async () => {
    moody.refuses = "append";
    await guard.append(journal, [...blocks(3, 4), block(0), block(1), block(0, bob)], strict);
    expect(seqs(await guard.readChain(journal, ann, 0, 1000))).toEqual([0, 1]);
    expect(await guard.readChain(journal, bob, 0, 1000)).toEqual([block(0, bob)]);
    expect(seqs(await guard.readChain(journal, ann, 0, 150))).toEqual([0]);
    expect(seqs(await guard.readChain(journal, ann, 0, 1))).toEqual([0]);
    expect(await guard.readChain(otherJournal, ann, 0, 1000)).toEqual([]);
  });

  test("load gives the tail and what waits, none twice", async () => {
    await guard.append(journal, blocks(0, 1), strict);
    moody.refuses = "append";
    await guard.append(journal, blocks(1, 3), strict);
    expect(seqs((await guard.load(journal)).tail)).toEqual([0, 1, 2, 3]);
    moody.refuses = "everything";
    expect(await guard.load(journal)).toEqual({ state: undefined, tail: blocks(1, 3) });
  });
});

describe("problems are told, and cleared when all is well again", () => {
  test("of writing", async () => {
    await guard.append(journal, blocks(0, 0), strict);
    expect(told).toEqual([]);
    moody.refuses = "append";
    await guard.append(journal, blocks(1, 1), strict);
    await guard.append(otherJournal, blocks(0, 0), strict);
    expect(told).toEqual(["storage-failed", "storage-failed"]);
    moody.refuses = "nothing";
    await guard.append(journal, [], strict);
    expect(told).toHaveLength(2);
    await guard.append(otherJournal, [], strict);
    expect(told).toEqual(["storage-failed", "storage-failed", undefined]);
    await guard.append(journal, blocks(2, 2), strict);
    expect(told).toHaveLength(3);
  });

  test("of reading one chain", async () => {
    moody.refuses = "read";
    expect(await guard.readChain(journal, ann, 0, 1000)).toEqual([]);
    moody.refuses = "nothing";
    await guard.append(journal, blocks(0, 0), strict);
    expect(told).toEqual(["storage-failed", undefined]);
  });

  test("of loading: cleared by a load that works, not by writing", async () => {
    moody.refuses = "read";
    await guard.load(journal);
    moody.refuses = "nothing";
    await guard.append(journal, blocks(0, 0), strict);
    expect(told).toEqual(["storage-failed"]);
    await guard.load(journal);
    expect(told).toEqual(["storage-failed", undefined]);
  });
});

describe("a state stands only for what the store really holds", () => {
  const state = Uint8Array.of(1);
  const covers = new Map([[ann, 0]]);

  test("it is kept when all is well", async () => {
    await guard.append(journal, blocks(0, 0), strict);
    expect(await guard.writeState(journal, state, covers)).toBe(true);
    expect(await disk.load(journal)).toEqual({ state, tail: [] });
  });

  test("not while blocks wait, and not when the store refuses", async () => {
    moody.refuses = "append";
    expect(await guard.writeState(journal, state, covers)).toBe(false);
    await guard.append(journal, blocks(0, 0), strict);
    moody.refuses = "nothing";
    expect(await guard.writeState(journal, state, covers)).toBe(false);
    expect((await disk.load(journal)).state).toBeUndefined();
  });

  test("not over a journal that could not be read: it would hide what is there", async () => {
    await disk.append(journal, blocks(0, 3), strict);
    moody.refuses = "read";
    await guard.load(journal);
    moody.refuses = "nothing";
    expect(await guard.writeState(journal, state, covers)).toBe(false);
    expect(await guard.writeState(otherJournal, state, covers)).toBe(true);
    expect(seqs((await guard.load(journal)).tail)).toEqual([0, 1, 2, 3]);
    expect(await guard.writeState(journal, state, covers)).toBe(true);
  });
});

describe("what was refused is offered again though nobody writes", () => {
  test("and stored as soon as the disk takes it", async () => {
    moody.refuses = "append";
    await guard.append(journal, blocks(0, 2), strict);
    moody.refuses = "nothing";
    await clock.advance(1_000);
    expect(guard.isDurable).toBe(true);
    expect(seqs((await disk.load(journal)).tail)).toEqual([0, 1, 2]);
    expect(told).toEqual(["storage-failed", undefined]);
  });

  test("ever more rarely, but at least once a minute", async () => {
    moody.refuses = "append";
    await guard.append(journal, blocks(0, 0), strict);
    await clock.advance(3_600_000);
    expect(moody.offered.length).toBeGreaterThan(60);
    expect(moody.offered.length).toBeLessThan(70);
    moody.refuses = "nothing";
    await clock.advance(60_000);
    expect(guard.isDurable).toBe(true);
  });

  test("not once the guard is closed", async () => {
    moody.refuses = "append";
    await guard.append(journal, blocks(0, 0), strict);
    await guard.close();
    const offered = moody.offered.length;
    await clock.advance(3_600_000);
    expect(moody.offered).toHaveLength(offered);
  });
});
