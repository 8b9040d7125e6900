import { expect, test } from "vitest";
import { createGateWorker, type WorkerLike } from "./gate-worker.js";
import { limits } from "./limits.js";
import { serveGate } from "./serve-gate.js";
import { buildUpdate, text } from "./testing/build-update.js";
import { runHonestSession } from "./testing/honest-session.js";
import type { Candidate } from "./verdict.js";

/** Workers in the same thread that answer in a microtask, but leave a call unanswered if told so. */
class ToyWorkers {
  started = 0;
  ended = 0;
  isStuck = false;
  fails = false;

  readonly create = (): WorkerLike => {
    this.started++;
    const serve = serveGate();
    const worker: WorkerLike = {
      onmessage: null,
      onerror: null,
      postMessage: (message) => {
        const request = structuredClone(message) as Parameters<typeof serve>[0];
        if (this.isStuck && request.ask !== "open") return;
        queueMicrotask(() => {
          if (this.fails) worker.onerror?.(new Event("error") as ErrorEvent);
          else worker.onmessage?.(new MessageEvent("message", { data: structuredClone(serve(request)) }));
        });
      },
      terminate: () => this.ended++,
    };
    return worker;
  };
}

const candidate: Candidate = {
  update: buildUpdate(5, 0, [text("x")]),
  version: 1,
  client: 5,
  clock: 0,
  deps: new Map(),
};

test("a gate in a worker judges as one without", async () => {
  const session = runHonestSession(7, 60);
  const workers = new ToyWorkers();
  const gate = createGateWorker({ createWorker: workers.create });
  const verdicts = await Promise.all(session.blocks.map((block) => gate.admit(block.candidate)));
  expect(verdicts.every(({ ok }) => ok)).toBe(true);
  expect(await gate.encodeState()).toEqual(session.gate.encodeState());
  expect(await gate.vector()).toEqual(session.gate.vector());
  expect((await gate.check(candidate)).ok).toBe(true);
  expect(workers.started).toBe(1);
  gate.close();
  expect(workers.ended).toBe(1);
  expect(await gate.admit(candidate)).toEqual({ ok: false, reason: "broken" });
});

test("a worker that takes too long is replaced, and the new one knows what was admitted", async () => {
  const workers = new ToyWorkers();
  let ring: (() => void) | undefined;
  const setTimer = (act: () => void, delayMs: number): (() => void) => {
    expect(delayMs).toBe(50);
    ring = act;
    return () => {
      ring = undefined;
    };
  };
  const gate = createGateWorker({ createWorker: workers.create, setTimer, deadlineMs: 50 });
  expect((await gate.admit(candidate)).ok).toBe(true);
  workers.isStuck = true;
  const next: Candidate = {
    ...candidate,
    update: buildUpdate(5, 1, [{ origin: { client: 5, clock: 0 }, ...text("y") }]),
    clock: 1,
  };
  const late = gate.admit(next);
  await Promise.resolve();
  await Promise.resolve();
  ring?.();
  expect(await late).toEqual({ ok: false, reason: "not-judged" });
  expect(workers.ended).toBe(1);
  workers.isStuck = false;
  expect((await gate.admit(next)).ok).toBe(true);
  expect(workers.started).toBe(2);
  expect(await gate.vector()).toEqual(new Map([[5, 2]]));
});

test("a worker that breaks is replaced; closing answers what waits", async () => {
  const workers = new ToyWorkers();
  const gate = createGateWorker({ createWorker: workers.create });
  workers.fails = true;
  expect(await gate.admit(candidate)).toEqual({ ok: false, reason: "not-judged" });
  workers.fails = false;
  expect((await gate.admit(candidate)).ok).toBe(true);
  workers.isStuck = true;
  const waiting = [gate.vector(), gate.admit(candidate)];
  await Promise.resolve();
  await Promise.resolve();
  gate.close();
  gate.close();
  expect(await Promise.all(waiting)).toEqual([new Map(), { ok: false, reason: "broken" }]);
});

test("what a new worker is told stays bounded", async () => {
  const workers = new ToyWorkers();
  const gate = createGateWorker({ createWorker: workers.create });
  const count = limits.maxReplayUpdates + 2;
  for (let clock = 0; clock < count; clock++) {
    const origin = clock > 0 ? { origin: { client: 5, clock: clock - 1 } } : {};
    const update = buildUpdate(5, clock, [{ ...origin, ...text("x") }]);
    expect((await gate.admit({ ...candidate, update, clock })).ok).toBe(true);
  }
  workers.fails = true;
  expect((await gate.check(candidate)).ok).toBe(false);
  workers.fails = false;
  expect(await gate.vector()).toEqual(new Map([[5, count]]));
});

test("without workers it stands in the caller's thread", async () => {
  const gate = createGateWorker();
  expect((await gate.admit(candidate)).ok).toBe(true);
  expect(await gate.vector()).toEqual(new Map([[5, 1]]));
  gate.close();
  expect(await gate.check(candidate)).toEqual({ ok: false, reason: "broken" });
});
