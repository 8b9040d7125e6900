/** Names one element: a client's struct at a clock. */
export interface ElementId {
  readonly client: number;
  readonly clock: number;
}

/** The kinds of content by their number on the wire; 0 is a struct without content that was collected. */
export const contentRef = {
  gc: 0,
  deleted: 1,
  json: 2,
  binary: 3,
  string: 4,
  embed: 5,
  format: 6,
  type: 7,
  any: 8,
  doc: 9,
} as const;

/** Bytes that many structs share: a view for each would cost more than all the rest of reading. */
export interface Contents {
  bytes: Uint8Array;
}

/** One struct of an update, its form checked, its meaning not. */
export interface WireStruct {
  readonly client: number;
  readonly clock: number;
  readonly length: number;
  /** One of `contentRef`. */
  readonly ref: number;
  /** The first byte of its version 1 encoding. */
  readonly info: number;
  readonly origin: ElementId | undefined;
  readonly rightOrigin: ElementId | undefined;
  /** The name of a root type, or the element that holds the type; neither when an origin tells. */
  readonly parent: string | ElementId | undefined;
  readonly parentSub: string | undefined;
  /** Which shared type it is, if `ref` is `contentRef.type`. */
  readonly typeRef: number | undefined;
  /** Where its content stands in version 1. */
  readonly contents: Contents;
  readonly contentStart: number;
  readonly contentEnd: number;
}

/** Consecutive structs of one client. */
export interface ClientStructs {
  readonly client: number;
  readonly clock: number;
  readonly structs: readonly WireStruct[];
}

/** Deletions of one client's elements; ranges ascend and do not overlap. */
export interface ClientDeletions {
  readonly client: number;
  readonly ranges: readonly { readonly clock: number; readonly length: number }[];
}

/** An update whose form is sound. */
export interface WireUpdate {
  readonly clients: readonly ClientStructs[];
  readonly deletions: readonly ClientDeletions[];
}
