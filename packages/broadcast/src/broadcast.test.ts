import { describeTransport } from "@manyhands/testing/contracts";
import { broadcast } from "./broadcast.js";

describeTransport("broadcast, over Node's own channels,", () => ({
  createTransport: () => broadcast(),
  close: () => undefined,
}));
