// What adapters are tested with, in browsers too: nothing here needs Node.
export { describeSignaling, type SignalingWorld } from "./contracts/signaling.js";
export { describeStore, type StoreContractOptions, type StoreFixture } from "./contracts/store.js";
export { describeTransport, type TransportWorld } from "./contracts/transport.js";
