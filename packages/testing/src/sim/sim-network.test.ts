import { describeTransport } from "../contracts/transport.js";
import { SeededRandom } from "./seeded-random.js";
import { SimNetwork } from "./sim-network.js";
import { VirtualClock } from "./virtual-clock.js";

describeTransport("the simulated network", () => {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const network = new SimNetwork(clock, random);
  let devices = 0;
  return {
    createTransport: () => network.transport(`device ${devices++}`),
    clock,
    random,
    pass: () => clock.advance(10),
    close: () => undefined,
  };
});
