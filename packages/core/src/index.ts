export type { Channel, ChannelListener } from "./channels.js";
export { createSecret } from "./create-secret.js";
export { canonicalState } from "./document/yjs.js";
export { asManyhandsError, type ErrorCode, ManyhandsError } from "./errors.js";
export { type DeviceId, type JournalId, type PeerId, parsePeerId, type SessionId } from "./ids.js";
export { limits } from "./limits.js";
export { memoryStore } from "./memory-store.js";
export type { Clock } from "./ports/clock.js";
export { type Logger, type LogLevel, silentLogger } from "./ports/logger.js";
export type { Random } from "./ports/random.js";
export type { Signaling, SignalingEvents, SignalingStatus, SignalingTopic } from "./ports/signaling.js";
export type { Signatures, SigningKeys } from "./ports/signatures.js";
export type {
  AppendOptions,
  RoomStore,
  Store,
  StoredBlock,
  StoredJournal,
  StoreEvents,
  StoreHealth,
} from "./ports/store.js";
export {
  type Lane,
  type Link,
  type LinkEvents,
  lanes,
  type Transport,
  type TransportRoom,
  type TransportSession,
  type TransportStatus,
} from "./ports/transport.js";
export { createRoom, Room } from "./room.js";
export type { RoomOptions } from "./room-options.js";
export type { PeerState, RoomState, SavedState, StorageState } from "./room-state.js";
export type { WaitOptions } from "./room-status.js";
export { systemClock, systemRandom } from "./system.js";
