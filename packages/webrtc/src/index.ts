export type { IceServers } from "./ice-servers.js";
export type { RtcConnection, RtcConstructor } from "./rtc.js";
export { type WebrtcOptions, webrtc } from "./transport.js";
