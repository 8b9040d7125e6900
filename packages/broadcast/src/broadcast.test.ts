import { describeTransport } from "@manyhands/testing";
import { broadcast } from "./broadcast.js";

describeTransport("broadcast, over Node's own channels,", () => ({
  createTransport: () => broadcast(),
  close: () => undefined,
}));
