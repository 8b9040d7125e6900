/** Every bound of this store, with its reason and what would change it. */
export const limits = {
  /** Longest wait for the database to open. A cold profile on a slow phone takes 1–2 s; more is a browser that hangs. */
  openMs: 10_000,
  /** Longest life of one transaction: 4 MiB written strictly to a slow card takes seconds; a minute is a hang. */
  transactionMs: 60_000,
  /** Bytes of appends that share one transaction. Bounds what one failure takes along, and the copy in memory. */
  maxGroupBytes: 4_194_304,
  /** Bytes of appends that wait for a transaction: the largest single update a room takes. More means that the disk stands still. */
  maxWaitingBytes: 67_108_864,
  /** Blocks of one chain are packed into records of at most this many bytes: few rows, and one row is a cheap read. */
  maxRecordBytes: 262_144,
  /** Tail records read in one request while following a chain: a request costs as much as some 30 small records. */
  tailPageRecords: 64,
} as const;
