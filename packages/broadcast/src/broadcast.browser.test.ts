import { describeTransport } from "@manyhands/testing/contracts";
import { broadcast } from "./broadcast.js";

describeTransport("broadcast with Web Locks", () => ({
  createTransport: () => broadcast(),
  close: () => undefined,
}));

describeTransport("broadcast with heartbeats", () => ({
  createTransport: () => broadcast({ locks: null }),
  close: () => undefined,
}));
