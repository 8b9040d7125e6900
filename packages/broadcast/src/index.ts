export { type BroadcastOptions, broadcast } from "./broadcast.js";
export type { ChannelLike } from "./channel.js";
export type { LocksLike } from "./tab-lock.js";
