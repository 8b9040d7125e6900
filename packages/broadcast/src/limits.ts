/** Every bound of this transport, with its reason and what would change it. */
export const limits = {
  /** Bytes that a tab may have sent without hearing that they were taken: a busy or hidden tab keeps them in memory. */
  windowBytes: 1_048_576,
  /** Bytes that wait for that window. The room stops feeding a lane far earlier; past this the link is of no use. */
  maxQueuedBytes: 4_194_304,
  /** What was taken is acknowledged after so many bytes of a lane: half of the low water mark, so that a lane drains without the timer. */
  ackBytes: 8_192,
  /** … and after this time in any case, so that a few keystrokes share one acknowledgement. */
  ackMs: 50,
  /** Longest wait for the answer to an offer: tabs of one machine answer in milliseconds, a busy one within a second. */
  offerMs: 2_000,
  /** Longest wait for the tab's lock; without it tabs are watched by heartbeats. */
  lockMs: 1_000,
  /** First wait before a link is tried again; doubles with every try. */
  retryMs: 250,
  /** Longest such wait. */
  maxRetryMs: 30_000,
  /** Tries without a word from the other tab before it is forgotten: together more than a minute, the length of a ban. */
  maxTries: 9,
  /** A link that lived so long was a good one: the next one is tried without delay. */
  stableMs: 10_000,
  /** Tabs known at once. Beyond the largest room of full links (32), so that a flood of hellos costs nothing. */
  maxKnownTabs: 128,
} as const;
