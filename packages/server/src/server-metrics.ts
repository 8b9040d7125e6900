/** Why a message, or a socket, was refused. */
export type DropReason =
  /** Not JSON, or not of the format. */
  | "malformed"
  /** More than `messagesPerSecond` after the burst. */
  | "too-many-messages"
  /** More than `bytesPerSecond` after the burst. */
  | "too-many-bytes"
  /** A topic longer than `maxTopicChars`. */
  | "topic-too-long"
  /** More topics than `maxTopicsPerSocket`. */
  | "too-many-topics"
  /** The topic has `maxSocketsPerTopic` already. */
  | "topic-full"
  /** For a receiver that does not read fast enough. */
  | "slow-receiver"
  /** More than `maxSockets` or `maxSocketsPerAddress`. */
  | "too-many-sockets"
  /** Larger than `maxMessageBytes`. */
  | "too-large"
  /** Not WebSocket: a bad opcode, a broken mask, invalid UTF-8. */
  | "bad-frame";

/** Why the server hung up. */
export type CutReason = "too-many-refused" | "slow-receiver" | "no-pong";

/** What the server counted since it started, and what it holds now. */
export interface ServerMetrics {
  /** Open sockets. */
  readonly sockets: number;
  /** Topics with at least one socket. */
  readonly topics: number;
  readonly socketsOpened: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly drops: Readonly<Record<DropReason, number>>;
  readonly cuts: Readonly<Record<CutReason, number>>;
}

/** The counters behind `ServerMetrics`. */
export class Counters {
  socketsOpened = 0;
  messagesIn = 0;
  messagesOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  readonly drops: Record<DropReason, number> = {
    malformed: 0,
    "too-many-messages": 0,
    "too-many-bytes": 0,
    "topic-too-long": 0,
    "too-many-topics": 0,
    "topic-full": 0,
    "slow-receiver": 0,
    "too-many-sockets": 0,
    "too-large": 0,
    "bad-frame": 0,
  };
  readonly cuts: Record<CutReason, number> = { "too-many-refused": 0, "slow-receiver": 0, "no-pong": 0 };

  snapshot(now: { readonly sockets: number; readonly topics: number }): ServerMetrics {
    const { socketsOpened, messagesIn, messagesOut, bytesIn, bytesOut } = this;
    const counted = { socketsOpened, messagesIn, messagesOut, bytesIn, bytesOut };
    return { ...now, ...counted, drops: { ...this.drops }, cuts: { ...this.cuts } };
  }
}
