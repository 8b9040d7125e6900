import type { RoomStore, SigningKeys, Store } from "@manyhands/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  block,
  blocks,
  journal,
  operations,
  runAgainstModel,
  session,
  show,
  showJournal,
} from "./store-model.js";

/** A fresh, empty disk, and two ways to it. */
export interface StoreFixture {
  readonly store: Store;
  /** What a second tab would hold: another object, the same disk. A store without a disk gives the same object. */
  readonly otherTab: Store;
  /** Removes what the tests left. */
  cleanUp?(): Promise<void> | void;
}

export interface StoreContractOptions {
  /** Random scripts of up to 20 operations to try; default 40. */
  readonly scripts?: number;
  /** Where those scripts start; default 1. A failure prints it. */
  readonly seed?: number;
}

const strict = { durability: "strict" } as const;
const relaxed = { durability: "relaxed" } as const;
const events = { onProblem: () => undefined };

/** The laws of `Store` and `RoomStore`, as a vitest suite. `setup` makes a fixture for every test. */
export const describeStore = (
  name: string,
  setup: () => StoreFixture | Promise<StoreFixture>,
  options: StoreContractOptions = {},
): void => {
  describe(`${name} keeps the laws of a store`, () => {
    let fixture: StoreFixture;
    let opened: RoomStore[];

    const open = async (part = "room", store: Store = fixture.store): Promise<RoomStore> => {
      const room = await store.open(part, events);
      opened.push(room);
      return room;
    };
    const openTwice = () => Promise.all([open(), open("room", fixture.otherTab)]);

    beforeEach(async () => {
      fixture = await setup();
      opened = [];
    });
    afterEach(async () => {
      await Promise.all(opened.map((room) => room.close()));
      await fixture.cleanUp?.();
    });

    test("a part is new once and intact afterwards", async () => {
      const first = await open();
      expect(first.health).toBe("new");
      await first.append(journal(1), blocks(1, 0, 0), strict);
      await first.close();
      expect((await open()).health).toBe("intact");
    });

    test("an empty part holds nothing", async () => {
      const room = await open();
      expect(await room.load(journal(1))).toEqual({ state: undefined, tail: [] });
      expect(await room.readChain(journal(1), session(1), 0, 1000)).toEqual([]);
      expect(await room.journals()).toEqual([]);
      await room.append(journal(1), [], strict);
      expect(await room.journals()).toEqual([]);
    });

    test("every block of an append is there, each session's in order", async () => {
      const room = await open();
      await room.append(journal(1), [block(2, 1), block(1, 0), block(2, 0), block(1, 1)], strict);
      const { tail } = await room.load(journal(1));
      expect(show(tail.filter((one) => one.session === session(1)))).toEqual(show(blocks(1, 0, 1)));
      expect(show(tail.filter((one) => one.session === session(2)))).toEqual(show(blocks(2, 0, 1)));
      expect(tail).toHaveLength(4);
    });

    test("appends that run at the same time are all there", async () => {
      const room = await open();
      const all = blocks(1, 0, 49);
      await Promise.all(all.map((one, at) => room.append(journal(1), [one], at % 2 ? strict : relaxed)));
      expect(show((await room.load(journal(1))).tail)).toEqual(show(all));
    });

    test("a block that is already there is not stored again, whichever tab brings it", async () => {
      const [one, other] = await openTwice();
      await one.append(journal(1), blocks(1, 0, 4), strict);
      const impostor = { session: session(1), seq: 3, bytes: Uint8Array.of(9) };
      await other.append(journal(1), [block(1, 2), impostor, block(1, 5)], relaxed);
      await Promise.all([one, other].map((tab) => tab.append(journal(1), blocks(1, 4, 8), relaxed)));
      for (const tab of [one, other])
        expect(show((await tab.load(journal(1))).tail)).toEqual(show(blocks(1, 0, 8)));
    });

    test("a block that a state covers is not stored again", async () => {
      const room = await open();
      await room.append(journal(1), blocks(1, 0, 3), strict);
      await room.writeState(journal(1), Uint8Array.of(1), new Map([[session(1), 3]]));
      await room.append(
        journal(1),
        [{ session: session(1), seq: 2, bytes: Uint8Array.of(9) }, block(1, 4)],
        strict,
      );
      expect(show((await room.load(journal(1))).tail)).toEqual(show([block(1, 4)]));
      expect(show(await room.readChain(journal(1), session(1), 0, 1e6))).toEqual(show(blocks(1, 0, 4)));
    });

    test("a covered block that comes late is kept, and is not in the tail", async () => {
      const room = await open();
      await room.writeState(journal(1), Uint8Array.of(1), new Map([[session(1), 3]]));
      await room.append(journal(1), blocks(1, 2, 4), strict);
      expect(show((await room.load(journal(1))).tail)).toEqual(show([block(1, 4)]));
      expect(show(await room.readChain(journal(1), session(1), 2, 1e6))).toEqual(show(blocks(1, 2, 4)));
    });

    test("load gives the newest state and exactly the blocks it does not cover", async () => {
      const room = await open();
      await room.append(journal(1), [...blocks(1, 0, 9), ...blocks(2, 0, 4)], strict);
      await room.writeState(journal(1), Uint8Array.of(1), new Map([[session(1), 3]]));
      await room.writeState(
        journal(1),
        Uint8Array.of(2),
        new Map([
          [session(1), 6],
          [session(2), 4],
        ]),
      );
      expect(showJournal(await room.load(journal(1)))).toEqual({ state: [2], tail: show(blocks(1, 7, 9)) });
    });

    test("a state that covers less than the one before brings the blocks back", async () => {
      const [one, other] = await openTwice();
      await one.append(journal(1), [...blocks(1, 0, 9), ...blocks(2, 0, 4)], strict);
      await one.writeState(
        journal(1),
        Uint8Array.of(1),
        new Map([
          [session(1), 9],
          [session(2), 4],
        ]),
      );
      await other.writeState(journal(1), Uint8Array.of(2), new Map([[session(1), 5]]));
      const wanted = { state: [2], tail: show([...blocks(1, 6, 9), ...blocks(2, 0, 4)]) };
      expect(showJournal(await one.load(journal(1)))).toEqual(wanted);
      expect(show(await one.readChain(journal(1), session(1), 0, 1e6))).toEqual(show(blocks(1, 0, 9)));
    });

    test("readChain gives whole blocks in order, at least one, at most maxBytes, covered or not", async () => {
      const room = await open();
      const chain = Array.from({ length: 30 }, (_, seq) => block(1, seq, 100));
      await room.append(journal(1), chain.slice(0, 12), strict);
      await room.writeState(journal(1), Uint8Array.of(1), new Map([[session(1), 8]]));
      for (const one of chain.slice(12)) await room.append(journal(1), [one], relaxed);
      const read = (from: number, maxBytes: number) => room.readChain(journal(1), session(1), from, maxBytes);
      expect(show(await read(0, 1e6))).toEqual(show(chain));
      expect(show(await read(5, 1000))).toEqual(show(chain.slice(5, 15)));
      expect(show(await read(5, 1099))).toEqual(show(chain.slice(5, 15)));
      expect(show(await read(7, 1))).toEqual(show(chain.slice(7, 8)));
      expect(show(await read(20, 0))).toEqual(show(chain.slice(20, 21)));
      expect(await read(30, 1000)).toEqual([]);
    });

    test("readChain stops before a gap and starts only at the block it was asked for", async () => {
      const room = await open();
      await room.append(journal(1), [...blocks(1, 0, 2), ...blocks(1, 5, 6)], strict);
      expect(show(await room.readChain(journal(1), session(1), 1, 1e6))).toEqual(show(blocks(1, 1, 2)));
      expect(await room.readChain(journal(1), session(1), 3, 1e6)).toEqual([]);
      await room.append(journal(1), blocks(1, 3, 4), strict);
      expect(show(await room.readChain(journal(1), session(1), 1, 1e6))).toEqual(show(blocks(1, 1, 6)));
    });

    test("journals and rooms never meet", async () => {
      const [room, other] = await Promise.all([open("room"), open("roof")]);
      await room.append(journal(1), blocks(1, 0, 1), strict);
      await room.append(journal(2), blocks(1, 5, 5), strict);
      await room.writeState(journal(3), Uint8Array.of(3), new Map());
      await other.append(journal(1), blocks(2, 0, 0), strict);
      expect(show((await room.load(journal(1))).tail)).toEqual(show(blocks(1, 0, 1)));
      expect(show((await room.load(journal(2))).tail)).toEqual(show(blocks(1, 5, 5)));
      expect(show((await other.load(journal(1))).tail)).toEqual(show(blocks(2, 0, 0)));
      expect([...(await room.journals())].sort()).toEqual([journal(1), journal(2), journal(3)]);
      expect(await other.journals()).toEqual([journal(1)]);
      const keys = await Promise.all(
        [room, other].map((part, at) => part.deviceKeys(async () => keysOf(at))),
      );
      expect(keys.map(({ publicKey }) => publicKey[0])).toEqual([0, 1]);
    });

    test("of two tabs that ask for the device's keys at once both get the same, for good", async () => {
      const [one, other] = await openTwice();
      const [first, second] = await Promise.all([
        one.deviceKeys(async () => keysOf(1)),
        other.deviceKeys(async () => keysOf(2)),
      ]);
      expect(first).toEqual(second);
      await one.close();
      const again = await (await open()).deviceKeys(async () => keysOf(3));
      expect(again).toEqual(first);
    });

    test("keys that could not be made are asked for again", async () => {
      const room = await open();
      const failing = room.deviceKeys(() => Promise.reject(new Error("no entropy")));
      await expect(failing).rejects.toMatchObject({ name: "ManyhandsError" });
      expect(await room.deviceKeys(async () => keysOf(4))).toEqual(keysOf(4));
    });

    test("reopening after close keeps everything, and close waits for what is under way", async () => {
      const room = await open();
      await room.append(journal(1), blocks(1, 0, 5), strict);
      await room.writeState(journal(1), Uint8Array.of(7), new Map([[session(1), 2]]));
      const last = room.append(journal(1), blocks(1, 6, 6), relaxed);
      await room.close();
      await last;
      const again = await open();
      expect(showJournal(await again.load(journal(1)))).toEqual({ state: [7], tail: show(blocks(1, 3, 6)) });
      expect(show(await again.readChain(journal(1), session(1), 0, 1e6))).toEqual(show(blocks(1, 0, 6)));
    });

    test("every call after close rejects with `closed`, close itself does not", async () => {
      const room = await open();
      await Promise.all([room.close(), room.close()]);
      await room.close();
      const calls: (() => Promise<unknown>)[] = [
        () => room.append(journal(1), blocks(1, 0, 0), strict),
        () => room.load(journal(1)),
        () => room.readChain(journal(1), session(1), 0, 10),
        () => room.writeState(journal(1), Uint8Array.of(1), new Map()),
        () => room.journals(),
        () => room.deviceKeys(async () => keysOf(1)),
      ];
      for (const call of calls)
        await expect(call()).rejects.toMatchObject({ name: "ManyhandsError", code: "closed" });
    });

    test("values given and taken are copies", async () => {
      const room = await open();
      const given = block(1, 0, 20);
      const state = Uint8Array.of(1, 2, 3);
      const wanted = show([block(1, 0, 20)]);
      const appended = room.append(journal(1), [given], strict);
      given.bytes.fill(0);
      await appended;
      for (let round = 0; round < 2; round++) {
        const { tail } = await room.load(journal(1));
        const chain = await room.readChain(journal(1), session(1), 0, 100);
        expect([show(tail), show(chain)]).toEqual([wanted, wanted]);
        for (const taken of [...tail, ...chain]) taken.bytes.fill(0);
      }
      const covers = new Map([[session(1), 0]]);
      const written = room.writeState(journal(1), state, covers);
      state.fill(0);
      covers.clear();
      await written;
      for (let round = 0; round < 2; round++) {
        const loaded = await room.load(journal(1));
        expect(showJournal(loaded)).toEqual({ state: [1, 2, 3], tail: [] });
        loaded.state?.fill(0);
      }
    });

    test("random scripts from two tabs end as the model says", async () => {
      const { scripts = 40, seed = 1 } = options;
      let run = 0;
      const property = fc.asyncProperty(operations, (script) => {
        const part = `random-${run++}`;
        const openTab = (tab: number) => open(part, tab === 0 ? fixture.store : fixture.otherTab);
        return runAgainstModel(script, openTab, (seen, wanted) => expect(seen).toEqual(wanted));
      });
      await fc.assert(property, { seed, numRuns: scripts });
    }, 60_000);
  });
};

const keysOf = (number: number): SigningKeys => ({
  publicKey: new Uint8Array(32).fill(number),
  privateKey: `private ${number}`,
});
