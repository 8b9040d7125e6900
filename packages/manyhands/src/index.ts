export {
  type Channel,
  createSecret,
  ManyhandsError,
  type PeerState,
  Room,
  type RoomState,
} from "@manyhands/core";
export { type BrowserTransportOptions, browserTransports } from "./browser-transports.js";
export { type JoinOptions, joinRoom } from "./join-room.js";
