/** Every bound of this package, with its reason and what would change it. */
export const webrtcLimits = {
  /** From the making of an RTCPeerConnection until a link is open. Relayed links over bad mobile networks need 5–8 s. */
  connectMs: 15_000,
  /** Channels over a connection that works open in one round trip; past this the other end of it is gone. */
  channelsMs: 5_000,
  /** `iceServers` as a function has this long to answer; a credential service that is slower is down. */
  iceServersMs: 10_000,
  /** `disconnected` often mends itself within a second or two; past this the path is taken as lost. */
  disconnectedMs: 3_000,
  /** An ICE restart that did not connect within this time has failed. */
  restartMs: 6_000,
  /** Failed restarts before the connection is given up and made anew: 3 + 6 + 6 = 15 s after the path was lost. */
  maxRestarts: 2,
  /** First and longest wait between attempts to reach one endpoint; the longest is what a person still waits through. */
  retryFirstMs: 500,
  retryMaxMs: 30_000,
  /** A link that had worked is dialled again within this: below what people notice, above the skew of both ends seeing it close. */
  redialMs: 300,
  /** A link closed over a healthy connection before this age counts as a refusal, so that a refusing room is not dialled in a loop. */
  steadyLinkMs: 5_000,
  /** How soon a room that does not want a link is asked again; asking costs nothing on the network. */
  unwantedMs: 30_000,
  /** Connections to one unreachable endpoint: 12 at once and one per 75 s (48 an hour) are 60 in any first hour. Browsers free them late. */
  dialBurst: 12,
  dialRefillMs: 75_000,
  /** Connections made by one endpoint in all: twice the links of a large room at once, then one a second. */
  totalDialBurst: 64,
  totalDialRefillMs: 1_000,
  /** Live connections of one transport: twice `limits.maxLinks`. Chromium refuses beyond 500 in a process. */
  maxConnections: 64,
  /** Announcing while unlinked: soon at first, then once a minute so that a waiting peer costs a server next to nothing. */
  announceFirstMs: 2_000,
  announceMaxMs: 60_000,
  /** With links, an announce this often finds whoever a split left on the other side. */
  healMs: 60_000,
  /** After a server came back its clients announce spread over this time, not all at once. */
  reconnectSpreadMs: 1_000,
  /** Between two announces of one room, two answers to one peer, or two repeats of one description. */
  quietMs: 1_000,
  /** A link younger than this is not doubted because of an announce that may have been on its way before it opened. */
  doubtMs: 3_000,
  /** A description that got no answer is sent again after this, twice as long the next time: signaling may lose messages. */
  resendMs: 3_000,
  /** Candidates are gathered this long into one message; servers count messages. */
  candidateBatchMs: 20,
  /** Candidates kept per connection until its description is applied, and in one message: hosts rarely have over 20. */
  maxCandidates: 64,
  /** A connection without links stays open so long for the next one. */
  idleMs: 10_000,
  /** After the last room left, what was sent has this long to leave before the connection is cut. */
  lingerMs: 500,
  /** Frames kept for a link that was not started yet: four high-water marks of three lanes; the sender stops long before. */
  maxEarlyBytes: 1_048_576,
  /** Message ids remembered per room; duplicates come within seconds, from a second server. */
  maxSeenIds: 1_024,
  /** Ids of closed connections remembered, against late messages. */
  maxTombstones: 512,
  /** Peers known per room, linked or not: eight times `limits.maxLinks`. */
  maxContacts: 256,
  /** A peer that is not linked and was not heard so long is forgotten; announces come at least once a minute. */
  contactMs: 600_000,
  /** Endpoints whose dialling budget is remembered. */
  maxBudgets: 512,
  /** Lanes of this many links may be open in one connection: more rooms than anybody shares. */
  maxLinksPerConnection: 64,
  /** Largest session description: data channels alone take 0.5–1.5 KB. */
  maxSdpChars: 16_384,
  /** Largest candidate line; real ones stay below 300 characters. */
  maxCandidateChars: 1_024,
} as const;
