export type { RtcConstructor } from "./connection.js";
export type { IceServers } from "./ice-servers.js";
export { type WebrtcOptions, webrtc } from "./transport.js";
