/** Every bound of the gate, with its reason. All of them are judged on the bytes of one update, so every replica agrees. */
export const limits = {
  /** Largest update, as it came and as version 1: one paste or import. Beyond it memory of small devices is at stake. */
  maxUpdateBytes: 67_108_864,
  /**
   * How much larger contents may be in version 1 than the version 2 update that held them. Yjs writes each character
   * once in both; only keys can be named repeatedly, and Yjs 13 does not do so.
   */
  maxExpansion: 8,
  /** … and this much is free: numbers and lengths that version 2 leaves out when they repeat. */
  freeExpansionBytes: 1_048_576,
  /** Structs of an author's update. Yjs spends about 60 bytes of heap per byte of update; this many take 10 MB. */
  maxStructs: 65_536,
  /** Structs of an import: a whole document that existed before. Some 35 MB of heap. */
  maxImportStructs: 262_144,
  /** Longest single struct, in clock units: 16 MiB of text. Keeps every clock far below 2^53. */
  maxStructLength: 16_777_216,
  /** Largest clock, 2^52: room for as many structs as a client can make, and sums stay exact. */
  maxClock: 4_503_599_627_370_496,
  /** Ranges of deletions in an update: 65,536 take Yjs about a third of a second. */
  maxDeleteRanges: 65_536,
  /** Depth of JSON and of arrays and objects inside a value. Reading deeper ones exhausts the stack of some engines. */
  maxValueDepth: 64,
  /** Depth of shared types within each other. `toJSON` and deletion recurse: 20,000 exhaust every stack, 512 none. */
  maxTypeDepth: 512,
  /** Different root types that one update may name; each becomes an entry of `doc.share` for ever. */
  maxRoots: 4_096,
  /** Subdocuments in an author's update: each is a Y.Doc, 1,024 take about 40 ms and 2 MB. */
  maxSubdocuments: 1_024,
  /** Subdocuments in an import. */
  maxImportSubdocuments: 16_384,
  /** Names of root types, keys, attributes, node names, guids: UTF-16 units. */
  maxNameLength: 4_096,
  /** Steps for the check of an import's neighbours, about half a second. Past it the import is refused. */
  maxImportSteps: 16_777_216,
  /** Updates that a new worker is told on top of a state before the state is fetched anew; about 50 ms of work. */
  maxReplayUpdates: 4_096,
  /** … and their bytes. */
  maxReplayBytes: 4_194_304,
  /** An update that costs more conflict steps than this is worth slicing: about 50 ms of Yjs's work. */
  sliceCost: 50_000,
  /** Structs of one slice: about 20 ms of Yjs's work. */
  sliceStructs: 4_096,
  /** Ranges of deletions in one slice: about 25 ms. */
  sliceDeleteRanges: 4_096,
} as const;
