/** Why an update was refused; a closed set. What each one says is in the README. */
export type RefusalReason =
  // The form of the bytes
  | "too-large"
  | "truncated"
  | "trailing-bytes"
  | "number-not-canonical"
  | "number-too-large"
  | "bad-text"
  | "bad-value"
  | "value-too-deep"
  | "forbidden-name"
  | "name-too-long"
  | "unknown-struct"
  | "unknown-type"
  | "bad-length"
  | "too-many-structs"
  | "too-many-roots"
  | "too-many-subdocuments"
  | "bad-subdocument"
  | "bad-delete-set"
  | "clients-unsorted"
  // Who wrote it, on top of what
  | "not-ready"
  | "not-judged"
  | "foreign-client"
  | "owned-client"
  | "clock-mismatch"
  | "unknown-reference"
  | "future-delete"
  // What it means
  | "wrong-parent"
  | "not-adjacent"
  | "content-not-allowed"
  | "unknown-root"
  | "types-too-deep"
  | "too-costly"
  | "broken";

/** An update was refused and nothing was changed. */
export interface Refused {
  readonly ok: false;
  readonly reason: RefusalReason;
}

/** An update may be applied. */
export interface Accepted {
  readonly ok: true;
  /** The update in version 1, in a buffer of its own: what to hand to `Y.applyUpdate`. */
  readonly bytes: Uint8Array;
  /** About how many steps Yjs takes to place the structs; 1,000,000 are about a second. Honest work can be costly. */
  readonly cost: number;
  /**
   * The same update in pieces, to be applied in this order with pauses between. One piece, the whole, unless it costs
   * more than `limits.sliceCost` or has more structs than `limits.sliceStructs`.
   */
  readonly slices: readonly Uint8Array[];
}

export type Verdict = Accepted | Refused;

/** Yjs client → the clock of the first struct that is not known: a state vector. */
export type StateVector = ReadonlyMap<number, number>;

/** What an author wrote. */
export interface Candidate {
  readonly update: Uint8Array;
  /** Encoding of `update`. */
  readonly version: 1 | 2;
  /** The only client whose structs may be in it. */
  readonly client: number;
  /** The clock at which its structs must begin: the author's next one. */
  readonly clock: number;
  /** What the author's document held when the first struct of the update was made: the causal past. */
  readonly deps: StateVector;
}

/** What existed before or elsewhere: a seed, a document of another provider. */
export interface ImportCandidate {
  readonly update: Uint8Array;
  readonly version: 1 | 2;
  /** Clients of authors whose updates come as candidates; an import may not speak for one. */
  readonly ownedClients: ReadonlySet<number>;
  /**
   * The largest client that an import may use. Replicas learn of authors at different times, so `ownedClients` alone
   * can make verdicts differ; with authors above this number and imports below they cannot. Default: any.
   */
  readonly maxClient?: number;
  /** What the importer's document held without it: what it continues, refers to and deletes must be in there or in it. */
  readonly deps: StateVector;
}
