/**
 * Every bound of the server, with its reason and what would change it.
 * Each can be changed through the `limits` option of `createSignalingServer`.
 */
export interface ServerLimits {
  /** Sockets in all. Each costs about 20 KB and a file descriptor; raise `ulimit -n` with it. */
  readonly maxSockets: number;
  /** Sockets of one address (IPv6: of one /64, which is one customer). An office or school shares one, with a socket per open page. */
  readonly maxSocketsPerAddress: number;
  /** Topics of one socket: one per room that a page has open. */
  readonly maxTopicsPerSocket: number;
  /** Length of a topic's name, in UTF-16 units: ours have 43, plain y-webrtc uses the name of the room as it is. */
  readonly maxTopicChars: number;
  /** Sockets in one topic: every message is copied to each of them. */
  readonly maxSocketsPerTopic: number;
  /** One message. A sealed session description is below 45 KB as base64, a plain one below 10 KB. */
  readonly maxMessageBytes: number;
  /** Messages a socket may send in a burst: joining a room of 40 with an offer, an answer and 20 candidates for each. */
  readonly messageBurst: number;
  /** Messages per second that a socket may go on with: new peers arrive one by one. */
  readonly messagesPerSecond: number;
  /** Bytes a socket may send in a burst: the same join with 5 KB descriptions, sealed, and twice that in reserve. */
  readonly byteBurst: number;
  /** Bytes per second that a socket may go on with. */
  readonly bytesPerSecond: number;
  /** Refused messages that a socket may collect before it is cut; one is forgiven per second. Honest clients collect none. */
  readonly maxStrikes: number;
  /** While more waits for a receiver, messages to it are dropped: offers that come seconds late are useless. */
  readonly maxBufferedBytes: number;
  /** A receiver that missed so many messages in a row does not read any more and is cut. */
  readonly maxMissedMessages: number;
  /** Every socket is pinged so often, and cut when nothing came since the last ping: below the 60 s after which proxies hang up. */
  readonly pingMs: number;
  /** A socket that was told to close has this long to do so. */
  readonly closeMs: number;
}

/** The bounds of a server for some ten thousand pages on a small machine. */
export const defaultServerLimits: ServerLimits = {
  maxSockets: 10_000,
  maxSocketsPerAddress: 256,
  maxTopicsPerSocket: 256,
  maxTopicChars: 256,
  maxSocketsPerTopic: 1_000,
  maxMessageBytes: 65_536,
  messageBurst: 1_000,
  messagesPerSecond: 100,
  byteBurst: 4_194_304,
  bytesPerSecond: 262_144,
  maxStrikes: 64,
  maxBufferedBytes: 1_048_576,
  maxMissedMessages: 256,
  pingMs: 30_000,
  closeMs: 1_000,
};
