import {
  limits,
  type ManyhandsError,
  type Signaling,
  type SignalingStatus,
  type SignalingTopic,
  systemClock,
} from "@manyhands/core";
import { describe, expect, onTestFinished, test } from "vitest";

/** One running signaling service, as the contract suite drives it. */
export interface SignalingWorld {
  /** A signaling object of one more device. Called several times; all of them use the same service. */
  createSignaling(): Signaling;
  /** Lets what is under way go on: ten real milliseconds when absent, a step of the clock in a simulation. */
  pass?(): Promise<void>;
  /** Ends the service. Called once, after every topic was closed. */
  close(): Promise<void> | void;
}

/** How often `until` looks before it gives up: five seconds of the default `pass`. */
const maxPasses = 500;

/** Longer than all that a test may wait for, so that its own words say what never came. */
const testTimeoutMs = 20_000;

/**
 * The laws of the `Signaling` port as a vitest suite. `setup` is called once per test.
 *
 * Messages may be lost: whatever has to arrive is published again until it did.
 */
export function describeSignaling(name: string, setup: () => Promise<SignalingWorld> | SignalingWorld): void {
  describe(`${name} keeps the laws of Signaling`, { timeout: testTimeoutMs }, () => {
    test("a message reaches every other joiner of the topic and no joiner of another", async () => {
      const bench = await startBench(setup);
      const [one, two, three] = [bench.device(), bench.device(), bench.device()];
      const speaker = bench.join(one, "a");
      const listeners = [bench.join(two, "a"), bench.join(three, "a")];
      const strangers = [bench.join(two, "b"), bench.join(three, "b")];
      await bench.publishUntil(speaker, text("for a"), () =>
        listeners.every((it) => it.texts().has("for a")),
      );

      // What went to `a` came before this; strangers that hear this would have heard that.
      const other = bench.join(one, "b");
      await bench.publishUntil(other, text("for b"), () => strangers.every((it) => it.texts().has("for b")));
      for (const stranger of strangers) expect(stranger.texts()).toEqual(new Set(["for b"]));
      for (const listener of listeners) expect(listener.texts()).toEqual(new Set(["for a"]));
    });

    test("both directions work at once", async () => {
      const bench = await startBench(setup);
      const [left, right] = [bench.join(bench.device(), "a"), bench.join(bench.device(), "a")];
      await bench.publishUntil(left, text("from left"), () => right.texts().has("from left"));
      await bench.publishUntil(right, text("from right"), () => left.texts().has("from right"));
    });

    test("several joins of one topic by one object all hear, also after one of them closed", async () => {
      const bench = await startBench(setup);
      const shared = bench.device();
      const [first, second] = [bench.join(shared, "a"), bench.join(shared, "a")];
      const speaker = bench.join(bench.device(), "a");
      await bench.publishUntil(
        speaker,
        text("one"),
        () => first.texts().has("one") && second.texts().has("one"),
      );
      first.topic.close();
      await bench.publishUntil(speaker, text("two"), () => second.texts().has("two"));
      expect(first.texts()).toEqual(new Set(["one"]));
    });

    test("the status is told once soon after join, then on changes only, and becomes connected", async () => {
      const bench = await startBench(setup);
      const device = bench.device();
      const early = bench.join(device, "a");
      expect(early.statuses).toEqual([]);
      await bench.until("connected", () => early.statuses.at(-1) === "connected");
      const late = bench.join(device, "b");
      await bench.until("the late join was told", () => late.statuses.length > 0);
      expect(late.statuses).toEqual(["connected"]);
      for (const { statuses } of [early, late])
        statuses.forEach((status, at) => {
          expect(status, "told twice in a row").not.toBe(statuses[at - 1]);
        });
    });

    test("events never come inside join, publish, wake or close", async () => {
      const bench = await startBench(setup);
      const [one, two] = [bench.device(), bench.device()];
      const [left, right, echo] = [bench.join(one, "a"), bench.join(two, "a"), bench.join(one, "a")];
      await bench.publishUntil(left, text("x"), () => right.texts().has("x"));
      bench.guard(() => left.topic.wake());
      await bench.publishUntil(right, text("y"), () => left.texts().has("y") && echo.texts().has("y"));
      bench.guard(() => left.topic.close());
      bench.guard(() => right.topic.close());
      expect(bench.breaches).toEqual([]);
    });

    test("close is idempotent, and after it nothing is heard and nothing is sent", async () => {
      const bench = await startBench(setup);
      const [left, right, witness] = [
        bench.join(bench.device(), "a"),
        bench.join(bench.device(), "a"),
        bench.join(bench.device(), "a"),
      ];
      await bench.publishUntil(left, text("before"), () => right.texts().has("before"));
      right.topic.close();
      right.topic.close();
      const statuses = [...right.statuses];
      right.topic.publish(text("from the closed one"));
      right.topic.wake();
      await bench.publishUntil(left, text("after"), () => witness.texts().has("after"));
      expect(right.texts()).toEqual(new Set(["before"]));
      expect(right.statuses).toEqual(statuses);
      expect(witness.texts().has("from the closed one")).toBe(false);
      expect(left.texts().has("from the closed one")).toBe(false);
    });

    test("a join that is closed at once hears nothing at all", async () => {
      const bench = await startBench(setup);
      const device = bench.device();
      const brief = bench.join(device, "a");
      brief.topic.close();
      const stays = bench.join(device, "a");
      const speaker = bench.join(bench.device(), "a");
      await bench.publishUntil(speaker, text("x"), () => stays.texts().has("x"));
      expect(brief.statuses).toEqual([]);
      expect(brief.texts()).toEqual(new Set());
    });

    test("a topic can be joined again after its last join was closed", async () => {
      const bench = await startBench(setup);
      const device = bench.device();
      const speaker = bench.join(bench.device(), "a");
      const before = bench.join(device, "a");
      await bench.publishUntil(speaker, text("one"), () => before.texts().has("one"));
      before.topic.close();
      const again = bench.join(device, "a");
      await bench.publishUntil(speaker, text("two"), () => again.texts().has("two"));
      expect(again.statuses.at(-1)).toBe("connected");
    });

    test("a join may be closed inside its own event", async () => {
      const bench = await startBench(setup);
      const device = bench.device();
      const leaver = bench.join(device, "a", () => leaver.topic.close());
      const stays = bench.join(device, "a");
      const speaker = bench.join(bench.device(), "a");
      await bench.publishUntil(speaker, text("one"), () => leaver.texts().has("one"));
      await bench.publishUntil(speaker, text("two"), () => stays.texts().has("two"));
      expect(leaver.payloads).toHaveLength(1);
    });

    test("a join that another's event closed hears nothing more, not even that message", async () => {
      const bench = await startBench(setup);
      const device = bench.device();
      const one = bench.join(device, "a", () => other.topic.close());
      const other = bench.join(device, "a", () => one.topic.close());
      const speaker = bench.join(bench.device(), "a");
      await bench.publishUntil(speaker, text("x"), () => one.payloads.length + other.payloads.length > 0);
      expect(one.payloads.length === 0 || other.payloads.length === 0).toBe(true);
    });

    test.each([
      ["no byte", 0],
      ["one byte", 1],
      ["every byte", 256],
      ["a length that base64 pads", 1_000],
      ["limits.maxSignalBytes", limits.maxSignalBytes],
    ])("payloads come unaltered: %s", async (_, length) => {
      const bench = await startBench(setup);
      const [left, right] = [bench.join(bench.device(), "a"), bench.join(bench.device(), "a")];
      const payload = Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) & 255);
      const kept = payload.slice();
      await bench.publishUntil(left, payload, () => right.payloads.length > 0);
      for (const heard of right.payloads) expect(Array.from(heard)).toEqual(Array.from(kept));
      expect(payload).toEqual(kept);
    });
  });
}

/** A join and all that it was told. */
interface Joined {
  readonly topic: SignalingTopic;
  readonly payloads: readonly Uint8Array[];
  readonly statuses: readonly SignalingStatus[];
  /** The payloads as text, each once. */
  texts(): ReadonlySet<string>;
}

interface Bench {
  device(): Signaling;
  join(signaling: Signaling, topic: string, onMessage?: () => void): Joined;
  /** Runs a call of the port and notes events that come inside it. */
  guard<Result>(call: () => Result): Result;
  readonly breaches: readonly string[];
  until(what: string, check: () => boolean): Promise<void>;
  publishUntil(from: Joined, payload: Uint8Array, check: () => boolean): Promise<void>;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const startBench = async (setup: () => Promise<SignalingWorld> | SignalingWorld): Promise<Bench> => {
  const world = await setup();
  const open = new Set<SignalingTopic>();
  const breaches: string[] = [];
  let inside = 0;
  onTestFinished(async () => {
    for (const topic of open) topic.close();
    await world.close();
  });
  const pass = world.pass?.bind(world) ?? passRealTime;

  const bench: Bench = {
    breaches,
    device: () => world.createSignaling(),
    guard: (call) => {
      inside += 1;
      try {
        return call();
      } finally {
        inside -= 1;
      }
    },
    join: (signaling, topic, onMessage) => {
      const payloads: Uint8Array[] = [];
      const statuses: SignalingStatus[] = [];
      const joined = bench.guard(() =>
        signaling.join(topic, {
          onMessage: (payload) => {
            if (inside > 0) breaches.push("message");
            payloads.push(payload);
            onMessage?.();
          },
          onStatus: (status: SignalingStatus, problem?: ManyhandsError) => {
            if (inside > 0) breaches.push(`status ${status}`);
            if (status === "unreachable" && !problem) breaches.push("unreachable without a problem");
            statuses.push(status);
          },
        }),
      );
      open.add(joined);
      const texts = () => new Set(payloads.map((payload) => new TextDecoder().decode(payload)));
      return { topic: joined, payloads, statuses, texts };
    },
    until: async (what, check) => {
      for (let passes = 0; passes < maxPasses; passes += 1) {
        if (check()) return;
        await pass();
      }
      expect.fail(`never came: ${what}`);
    },
    publishUntil: async (from, payload, check) => {
      let passes = 0;
      await bench.until("what was published", () => {
        if (check()) return true;
        // Not at every look: a message under way needs a few passes, and a service may limit the rate.
        if (passes++ % 20 === 0) bench.guard(() => from.topic.publish(payload));
        return false;
      });
    },
  };
  return bench;
};

const passRealTime = (): Promise<void> =>
  new Promise((resolve) => {
    systemClock.setTimer(resolve, 10);
  });
