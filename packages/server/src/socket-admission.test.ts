import { expect, test } from "vitest";
import { defaultServerLimits } from "./limits.js";
import { SocketAdmission } from "./socket-admission.js";

test("sockets are bounded by address and in all, and places come back once", () => {
  const admission = new SocketAdmission({ ...defaultServerLimits, maxSockets: 3, maxSocketsPerAddress: 2 });
  const first = admission.admit("a");
  expect(first).toBeDefined();
  expect(admission.admit("a")).toBeDefined();
  expect(admission.admit("a"), "the address has two").toBeUndefined();
  expect(admission.admit("b")).toBeDefined();
  expect(admission.admit("c"), "there are three in all").toBeUndefined();
  first?.();
  first?.();
  expect(admission.count).toBe(2);
  expect(admission.admit("a")).toBeDefined();
  expect(admission.admit("a")).toBeUndefined();
});
