import { expect, test } from "vitest";
import { createGateWorker } from "./gate-worker.js";
import { buildUpdate, text } from "./testing/build-update.js";

test("a real worker starts from the package's files and judges", async () => {
  const gate = createGateWorker();
  const update = buildUpdate(5, 0, [text("x")]);
  const candidate = { update, version: 1, client: 5, clock: 0, deps: new Map() } as const;
  expect((await gate.admit(candidate)).ok).toBe(true);
  expect(await gate.admit(candidate)).toEqual({ ok: false, reason: "clock-mismatch" });
  expect(await gate.vector()).toEqual(new Map([[5, 1]]));
  gate.close();
});
