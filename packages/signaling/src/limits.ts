/** Every bound of the signaling clients, with its reason and what would change it. */
export const signalingLimits = {
  /** First upper bound of the wait before another try; it doubles with each failure. A restarted server is back within a second. */
  firstRetryMs: 500,
  /** The wait never exceeds this: a laptop that woke unnoticed finds its server within half a minute. */
  maxRetryMs: 30_000,
  /** A connection that stood so long ends the run of failures. A server that accepts and hangs up at once does not. */
  stableMs: 10_000,
  /** An attempt that takes longer is given up. TLS over a bad mobile network needs 2–4 s. */
  attemptMs: 10_000,
  /** So long without a connection, and people are told: under the 10 s after which they look for the fault themselves. */
  unreachableMs: 8_000,
  /** A connection that is silent so long is pinged; the y-webrtc clients do it after the same time. */
  pingAfterMs: 15_000,
  /** A connection on which nothing came for so long is dead: one ping and its answer lost. */
  deadAfterMs: 30_000,
  /** After a wake-up the answer to a ping has to come within this: a socket that slept is often dead without knowing. */
  wakeAnswerMs: 5_000,
  /** Messages kept while connecting. They are announcements and offers of a few rooms; the oldest are the stalest. */
  maxQueuedMessages: 64,
  /** Nothing more is sent while so many bytes wait in the socket: the network is gone and offers would be stale. */
  maxBufferedBytes: 1_048_576,
  /** Topics in one subscribe message: 256 blind topics are 12 KB, far below what servers accept as one message. */
  maxTopicsPerMessage: 256,
  /** Longest message read from a server, in characters: `limits.maxSignalBytes` as base64 is 43,692, the rest is its envelope. */
  maxMessageChars: 65_536,
} as const;
