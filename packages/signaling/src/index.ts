export type { WebSocketClass, WebSocketLike } from "./web-socket-class.js";
export {
  type SignalingDrop,
  type WebSocketSignaling,
  type WebSocketSignalingOptions,
  webSocketSignaling,
} from "./web-socket-signaling.js";
