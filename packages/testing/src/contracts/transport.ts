import {
  type Clock,
  type Lane,
  limits,
  type Random,
  systemClock,
  systemRandom,
  type Transport,
} from "@manyhands/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { LawBook, type ToyLink, ToyRoom } from "./toy-room.js";

/** Whatever lets transports reach one another, as the contract suite drives it. */
export interface TransportWorld {
  /** A transport of one more device; all of them can reach each other. */
  createTransport(): Transport;
  /** What the rooms give to the transport; real ones when absent. */
  readonly clock?: Clock;
  readonly random?: Random;
  /** Lets what is under way go on: ten real milliseconds when absent, a step of the clock in a simulation. */
  pass?(): Promise<void>;
  /** Called once, after every room has left. */
  close(): Promise<void> | void;
}

/** How often `until` looks before it gives up: twenty seconds of the default `pass`. */
const maxPasses = 2_000;
const timeoutMs = 40_000;

/** The laws of the `Transport` and `Link` ports as a vitest suite. `setup` is called once per test. */
export function describeTransport(name: string, setup: () => Promise<TransportWorld> | TransportWorld): void {
  const law = (title: string, run: (bench: Bench) => Promise<void>): void =>
    test(title, async () => run(await startBench(setup)), timeoutMs);

  describe(`${name} keeps the laws of Transport`, () => {
    law("two peers of a room get one link, alike at both ends", async (bench) => {
      const [one, two] = await bench.pair();
      expect(one.link.initiator).not.toBe(two.link.initiator);
      expect(one.link.binding).toEqual(two.link.binding);
      expect(one.link.transport).toBe(two.link.transport);
    });

    law("the status comes soon after joining, without a problem", async (bench) => {
      const room = bench.room();
      expect(room.statuses).toEqual([]);
      await bench.until(() => room.statuses.length > 0);
      await bench.until(() => ["connected", "none"].includes(room.statuses.at(-1)?.signaling ?? ""));
      expect(room.statuses.at(-1)?.problem).toBeUndefined();
    });

    law(
      "live and bulk deliver everything once and in order, both ways at once, under back-pressure",
      async (bench) => {
        const [one, two, roomOne, roomTwo] = await bench.pair();
        const frames = numberedFrames(3 * 1_048_576);
        const few = frames.slice(0, 64);
        await Promise.all([
          roomOne.pour(one, "bulk", frames, bench.pass),
          roomOne.pour(one, "live", few, bench.pass),
          roomTwo.pour(two, "bulk", few, bench.pass),
          roomTwo.pour(two, "live", few, bench.pass),
        ]);
        const arrived = (at: ToyLink, lane: Lane): number => at.frames[lane].length;
        await bench.until(() => arrived(two, "bulk") >= frames.length && arrived(two, "live") >= few.length);
        await bench.until(() => arrived(one, "bulk") >= few.length && arrived(one, "live") >= few.length);
        expectSame(two.frames.bulk, frames);
        expectSame(two.frames.live, few);
        expectSame(one.frames.bulk, few);
        expectSame(one.frames.live, few);
        await bench.until(() => one.link.bufferedBytes("bulk") === 0);
      },
    );

    law("onDrain tells when a lane that was full may be fed again", async (bench) => {
      const [one, , room] = await bench.pair();
      const frame = new Uint8Array(limits.maxFrameBytes);
      while (one.link.bufferedBytes("bulk") <= limits.laneLowWaterBytes * 2)
        room.send(one.link, "bulk", frame);
      expect(one.drains).toEqual([]);
      await bench.until(() => one.drains.length > 0);
      expect(one.drains[0]).toBe("bulk");
    });

    law("the now lane brings frames whole or not at all", async (bench) => {
      const [one, two, room] = await bench.pair();
      let count = 0;
      await bench.until(() => {
        room.send(one.link, "now", Uint8Array.of(7, count++ % 256, 9));
        return two.frames.now.length >= 5;
      });
      for (const frame of two.frames.now) expect([frame[0], frame[2], frame.length]).toEqual([7, 9, 3]);
    });

    law("a frame that is part of a larger buffer arrives as that part", async (bench) => {
      const [one, two, room] = await bench.pair();
      room.send(one.link, "live", Uint8Array.from({ length: 100 }, (_, at) => at).subarray(10, 20));
      await bench.until(() => two.frames.live.length > 0);
      expect([...(two.frames.live[0] ?? [])]).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    });

    law("frames sent the moment the link is there arrive, whoever was first", async (bench) => {
      const frames = numberedFrames(40_000);
      const [one, two] = await bench.pair((room) => {
        room.greet = ({ link }) => {
          for (const frame of frames) room.send(link, "live", frame);
        };
      });
      await bench.until(
        () => one.frames.live.length >= frames.length && two.frames.live.length >= frames.length,
      );
      expectSame(one.frames.live, frames);
      expectSame(two.frames.live, frames);
    });

    law("a close is seen once at both ends, also when both close or one closes twice", async (bench) => {
      const [one, two, roomOne, roomTwo] = await bench.pair();
      roomOne.wanting = roomTwo.wanting = false;
      roomOne.closeLink(one.link, "enough");
      roomOne.closeLink(one.link, "enough again");
      roomOne.send(one.link, "live", Uint8Array.of(1));
      expect(one.closes).toEqual([]);
      await bench.until(() => one.closes.length > 0 && two.closes.length > 0);
      roomTwo.closeLink(two.link, "late");
      roomTwo.send(two.link, "live", Uint8Array.of(1));
      await bench.rest();
      expect(one.closes).toEqual(["enough"]);
      expect(two.closes).toHaveLength(1);
      expect(two.frames.live).toEqual([]);
      expect(one.link.bufferedBytes("live")).toBe(0);
    });

    law("after a link closed there is a new one, while both want it", async (bench) => {
      const [one, two, roomOne, roomTwo] = await bench.pair();
      roomTwo.closeLink(two.link, "once more");
      await bench.until(() => one.closes.length > 0 && two.closes.length > 0);
      const [again, other] = await bench.linked(roomOne, roomTwo);
      expect(again).not.toBe(one);
      roomOne.send(again.link, "live", Uint8Array.of(1, 2, 3));
      await bench.until(() => other.frames.live.length > 0);
      expect(other.frames.live).toEqual([Uint8Array.of(1, 2, 3)]);
    });

    law("a room that wants no link gets none, and one soon after it wants and wakes", async (bench) => {
      const shy = bench.room();
      shy.wanting = false;
      const other = bench.room();
      await bench.rest();
      expect([shy.links, other.links]).toEqual([[], []]);
      shy.wanting = true;
      await bench.until(() => {
        shy.wake();
        return shy.openLink(other.self) !== undefined && other.openLink(shy.self) !== undefined;
      });
    });

    law("three peers are linked each with each", async (bench) => {
      const rooms = [bench.room(), bench.room(), bench.room()];
      for (const room of rooms) {
        for (const other of rooms) {
          if (room !== other) await bench.until(() => room.openLink(other.self) !== undefined);
        }
      }
    });

    law("two rooms share a transport and do not hear each other", async (bench) => {
      const [left, right] = [bench.transport(), bench.transport()];
      const first = [bench.room("first", left), bench.room("first", right)] as const;
      const second = [bench.room("second", left), bench.room("second", right)] as const;
      const [one, two] = await bench.linked(...first);
      const [three, four] = await bench.linked(...second);
      first[0].send(one.link, "live", Uint8Array.of(1));
      second[0].send(three.link, "live", Uint8Array.of(2));
      await bench.until(() => two.frames.live.length > 0 && four.frames.live.length > 0);
      expect(two.frames.live).toEqual([Uint8Array.of(1)]);
      expect(four.frames.live).toEqual([Uint8Array.of(2)]);

      first[0].leave();
      await bench.until(() => two.closes.length > 0);
      second[0].send(three.link, "live", Uint8Array.of(3));
      await bench.until(() => four.frames.live.length > 1);
      expect([three.closes, four.closes]).toEqual([[], []]);
    });

    law(
      "leaving closes the room's links once, then nothing comes; leaving twice is leaving",
      async (bench) => {
        const [one, two, roomOne, roomTwo] = await bench.pair();
        roomOne.leave();
        roomOne.leave();
        roomOne.wake();
        await bench.until(() => one.closes.length > 0 && two.closes.length > 0);
        await bench.rest();
        expect([one.closes.length, two.closes.length]).toEqual([1, 1]);
        expect([roomOne.links.length, roomTwo.links.length]).toEqual([1, 1]);
      },
    );

    law("a room that was left can be joined again", async (bench) => {
      const [left, right] = [bench.transport(), bench.transport()];
      const stays = bench.room("room", left);
      const leaves = bench.room("room", right);
      await bench.linked(stays, leaves);
      leaves.leave();
      await bench.linked(stays, bench.room("room", right));
    });
  });
}

interface Bench {
  transport(): Transport;
  room(topic?: string, transport?: Transport): ToyRoom;
  /** Two rooms of one topic, linked. */
  pair(prepare?: (room: ToyRoom) => void): Promise<[ToyLink, ToyLink, ToyRoom, ToyRoom]>;
  /** The links of two rooms with each other, once both are there. */
  linked(one: ToyRoom, two: ToyRoom): Promise<[ToyLink, ToyLink]>;
  readonly pass: () => Promise<void>;
  until(condition: () => boolean): Promise<void>;
  /** Time in which what should not come would come. */
  rest(): Promise<void>;
}

const startBench = async (setup: () => Promise<TransportWorld> | TransportWorld): Promise<Bench> => {
  const world = await setup();
  const laws = new LawBook();
  const rooms: ToyRoom[] = [];
  const pass =
    world.pass?.bind(world) ?? (() => new Promise<void>((done) => void systemClock.setTimer(done, 10)));
  const until = async (condition: () => boolean): Promise<void> => {
    for (let passes = 0; !condition(); passes++) {
      if (passes >= maxPasses)
        expect.fail(`it did not come about: ${condition}\n${rooms.map(describeRoom).join("\n")}`);
      await pass();
    }
  };
  const room = (topic = "room", transport = world.createTransport()): ToyRoom => {
    const { clock = systemClock, random = systemRandom } = world;
    const made = new ToyRoom({ transport, topic: topic.padEnd(43, "_"), laws, clock, random });
    rooms.push(made);
    return made;
  };
  const linked = async (one: ToyRoom, two: ToyRoom): Promise<[ToyLink, ToyLink]> => {
    let links: [ToyLink, ToyLink] | undefined;
    await until(() => {
      const [there, back] = [one.openLink(two.self), two.openLink(one.self)];
      links = there && back && [there, back];
      return links !== undefined;
    });
    return links ?? expect.fail("no links");
  };
  onTestFinished(async () => {
    for (const each of rooms) each.leave();
    for (let passes = 0; passes < 3; passes++) await pass();
    await world.close();
    expect(laws.breaches).toEqual([]);
  });
  return {
    transport: () => world.createTransport(),
    room,
    linked,
    pair: async (prepare) => {
      const [one, two] = [room(), room()];
      prepare?.(one);
      prepare?.(two);
      return [...(await linked(one, two)), one, two];
    },
    pass,
    until,
    rest: async () => {
      for (let passes = 0; passes < 40; passes++) await pass();
    },
  };
};

/** What a room saw, for the message of a failure. */
const describeRoom = (room: ToyRoom): string => {
  const links = room.links.map(
    ({ link, frames, drains, closes }) =>
      `to ${link.peer.slice(0, 4)} ${closes.length > 0 ? `closed: ${closes}` : "open"}, ` +
      `${frames.live.length} live ${frames.bulk.length} bulk ${frames.now.length} now came, ` +
      `${drains.length} drains, ${link.bufferedBytes("live")} and ${link.bufferedBytes("bulk")} bytes wait`,
  );
  return `${room.self.slice(0, 4)}: ${links.join("; ") || "no links"}`;
};

/** Frames of many sizes, each with its number and a pattern, `totalBytes` in all or a little more. */
const numberedFrames = (totalBytes: number): readonly Uint8Array[] => {
  const frames: Uint8Array[] = [];
  for (let bytes = 0, at = 0; bytes < totalBytes; at++) {
    const length = at % 5 === 0 ? limits.maxFrameBytes : 4 + ((at * 7919) % (limits.maxFrameBytes - 4));
    const frame = new Uint8Array(length).fill(at % 251);
    new DataView(frame.buffer).setUint32(0, at);
    frames.push(frame);
    bytes += length;
  }
  return frames;
};

const expectSame = (received: readonly Uint8Array[], sent: readonly Uint8Array[]): void => {
  expect(received.length).toBe(sent.length);
  const differs = sent.findIndex((frame, at) => !sameBytes(frame, received[at] ?? new Uint8Array(0)));
  expect(differs, "the first frame that differs").toBe(-1);
};

const sameBytes = (one: Uint8Array, two: Uint8Array): boolean =>
  one.length === two.length && one.every((byte, at) => two[at] === byte);
