/**
 * Every bound of the core, with its reason and what would change it.
 * Figures marked [C156] were measured in Chromium 156 on loopback.
 */
export const limits = {
  /** Largest frame given to a link. Small frames keep lanes fair and every browser interoperable; a fresh [C156] connection is fastest with 16 KiB. */
  maxFrameBytes: 16_384,
  /** A lane is fed until this much waits in it: 5 MiB right after opening took 0.4–0.7 s with 64 KiB, 0.8–2.6 s with 1 MiB [C156]. */
  laneHighWaterBytes: 65_536,
  /** Below this a waiting lane is fed again; a quarter of the high water keeps the pipe from running dry. */
  laneLowWaterBytes: 16_384,
  /** Largest message put together from frames: a frontier of `maxSessions` sessions at up to 56 bytes, which is more than the largest block. */
  maxMessageBytes: 1_048_576,
  /** Largest payload of one block. Below 256 KiB so that relays with that common limit can carry any block. */
  maxBlockPayloadBytes: 196_608,
  /** Largest block as bytes: payload, padding of at most an eighth, dependencies of a large room. */
  maxBlockBytes: 262_144,
  /** Largest single Yjs update: a paste or an import. Beyond it memory of small devices is at stake; use attachments. */
  maxUpdateBytes: 67_108_864,
  /** What is written in a burst goes out as updates of about this size: receivers show the first while the rest comes. */
  maxOwnUpdateBytes: 1_048_576,
  /** Edits gather this long after the first of a burst went out: below what people see, and one signature pays for all. */
  coalesceMs: 40,
  /** Blocks that wait for a dependency, per journal. They come again with the next sync, so dropping them is safe. */
  maxWaitingBytes: 8_388_608,
  /** Blocks that came and are not read yet, per document: a second or two of a fast link. What comes beyond is dropped and asked for again. */
  maxIncomingBytes: 33_554_432,
  /** A block names at most this many dependencies: every session that was ever active since the author's last block. */
  maxBlockDeps: 4096,
  /** Sessions known per journal. One is made per page load that writes; 16,384 at 48 bytes keep a frontier below 1 MiB. */
  maxSessions: 16_384,
  /** Bytes queued for one neighbour beyond what its lanes hold; past it the queue is dropped and a sync repairs later. */
  maxQueuedBytes: 4_194_304,
  /** Links of one room. A full mesh of eight devices needs seven; the rest is headroom for tabs until partial meshes come. */
  maxLinks: 32,
  /** Longest wait for a neighbour to prove itself. Two messages each way; slow phones over TURN stay well below. */
  handshakeMs: 10_000,
  /** Misbehaviours of one neighbour (frames that do not decode, blocks that do not verify) before its link is cut. */
  maxStrikes: 16,
  /** After a cut for misbehaviour that peer is not linked again for so long. */
  banMs: 60_000,
  /** A receipt for new blocks is held back this long: longer than the pause between two keys, so that one serves a sentence. */
  receiptMs: 1_000,
  /** A quiet room compares digests so often: the net under every lost frame. */
  digestMs: 60_000,
  /** After a wake, a link that does not answer a ping within this is dead. */
  pingMs: 5_000,
  /** A link on which nothing came for so long is dead; it is pinged twice before, after two and four fifths of it. */
  deadLinkMs: 12_000,
  /** Presence goes out at most so often; the newest state wins. 50 ms is 20 moves a second. */
  presenceMs: 50,
  /** A presence state as JSON. A cursor, a name and a colour need 300 bytes. */
  maxPresenceBytes: 4_096,
  /** After the last move the state is sent once more on the reliable lane. */
  presenceSettleMs: 250,
  /** A channel's message: fits one message with its envelope. */
  maxChannelBytes: 262_144,
  /** Messages kept per channel until somebody subscribes to it. */
  maxChannelBacklog: 64,
  /** A local state is written after so many blocks or bytes since the last, when the document is idle. */
  stateAfterBlocks: 200,
  stateAfterBytes: 262_144,
  /** Idle means: nothing written or received for so long. */
  stateIdleMs: 2_000,
  /** A sealed signaling payload; a session description with candidates is 2–5 KB. */
  maxSignalBytes: 32_768,
  /** Documents (the root and loaded subdocuments) of one room. */
  maxDocuments: 10_000,
  /** Iterations of PBKDF2-HMAC-SHA-256 for a passphrase: OWASP Password Storage Cheat Sheet, 2023. */
  passphraseIterations: 600_000,
} as const;
