import { checkJson, checkName, skipAny } from "./check-value.js";
import { type ContentSink, contentsInPlace, contentWriter } from "./content-sink.js";
import type { FieldSource } from "./field-source.js";
import { limits } from "./limits.js";
import { refuse } from "./refusal.js";
import { sourceV1 } from "./source-v1.js";
import { sourceV2 } from "./source-v2.js";
import { checkSubdocument } from "./subdocument-options.js";
import {
  type ClientDeletions,
  type ClientStructs,
  contentRef,
  type ElementId,
  type WireStruct,
  type WireUpdate,
} from "./wire-update.js";

/** What an update may hold at most. */
export interface ReadLimits {
  readonly maxStructs: number;
  readonly maxSubdocuments: number;
}

/** An update as it was read. */
export interface ReadResult {
  readonly wire: WireUpdate;
  /** The update in version 1, if that is how it came: an exact copy. */
  readonly bytes: Uint8Array | undefined;
}

/** Reads an update of either encoding and checks its form. Time and memory are bounded by its bytes and the limits. */
export const readUpdate = (update: Uint8Array, version: 1 | 2, max: ReadLimits): ReadResult => {
  if (update.length > limits.maxUpdateBytes) refuse("too-large");
  // An exact copy: nobody else can change it meanwhile, and no reader can look behind its end.
  // Not by `slice`: a Node Buffer's is a view.
  const bytes = new Uint8Array(update);
  const source = version === 1 ? sourceV1(bytes) : sourceV2(bytes);
  const sink = version === 1 ? contentsInPlace(source.rest) : contentWriter(bytes.length);
  const reader = new UpdateReader(source, sink, max);
  const clients = reader.readClients();
  const deletions = reader.readDeletions();
  source.end();
  sink.end();
  return { wire: { clients, deletions }, bytes: version === 1 ? bytes : undefined };
};

class UpdateReader {
  readonly #source: FieldSource;
  readonly #sink: ContentSink;
  readonly #max: ReadLimits;
  readonly #roots = new Set<string>();
  #structsLeft: number;
  #subdocumentsLeft: number;
  /** Of the type that was read last. */
  #typeRef = 0;

  constructor(source: FieldSource, sink: ContentSink, max: ReadLimits) {
    this.#source = source;
    this.#sink = sink;
    this.#max = max;
    this.#structsLeft = max.maxStructs;
    this.#subdocumentsLeft = max.maxSubdocuments;
  }

  readClients(): ClientStructs[] {
    const { rest } = this.#source;
    const count = rest.readVarUint();
    if (count > this.#max.maxStructs) refuse("too-many-structs");
    const all: ClientStructs[] = [];
    let before = Number.POSITIVE_INFINITY;
    for (let left = count; left > 0; left--) {
      const structCount = rest.readVarUint();
      if (structCount === 0) refuse("bad-length");
      if (structCount > this.#structsLeft) refuse("too-many-structs");
      this.#structsLeft -= structCount;
      const client = this.#source.readClient();
      if (client >= before) refuse("clients-unsorted");
      before = client;
      const clock = rest.readVarUint();
      all.push({ client, clock, structs: this.#readStructs(client, clock, structCount) });
    }
    return all;
  }

  readDeletions(): ClientDeletions[] {
    const source = this.#source;
    const all: ClientDeletions[] = [];
    let before = Number.POSITIVE_INFINITY;
    let rangesLeft: number = limits.maxDeleteRanges;
    for (let left = source.rest.readVarUint(); left > 0; left--) {
      source.startDeletions();
      const client = source.rest.readVarUint();
      if (client >= before) refuse("bad-delete-set");
      before = client;
      const count = source.rest.readVarUint();
      if (count === 0 || count > rangesLeft) refuse("bad-delete-set");
      rangesLeft -= count;
      const ranges: { clock: number; length: number }[] = [];
      let end = 0;
      for (let more = count; more > 0; more--) {
        const clock = source.readDeleteClock();
        const length = source.readDeleteLength();
        if (clock < end || length < 1) refuse("bad-delete-set");
        end = clock + length;
        if (end > limits.maxClock) refuse("number-too-large");
        ranges.push({ clock, length });
      }
      all.push({ client, ranges });
    }
    return all;
  }

  #readStructs(client: number, firstClock: number, count: number): WireStruct[] {
    const structs: WireStruct[] = [];
    let clock = firstClock;
    for (let left = count; left > 0; left--) {
      const struct = this.#readStruct(client, clock);
      clock += struct.length;
      if (clock > limits.maxClock) refuse("number-too-large");
      structs.push(struct);
    }
    return structs;
  }

  #readStruct(client: number, clock: number): WireStruct {
    const source = this.#source;
    const info = source.readInfo();
    const ref = info & 31;
    if (ref > contentRef.doc || (ref === contentRef.gc && info !== 0)) refuse("unknown-struct");
    const origin = info & 128 ? source.readLeftId() : undefined;
    const rightOrigin = info & 64 ? source.readRightId() : undefined;
    const isPlaced = origin !== undefined || rightOrigin !== undefined || ref === contentRef.gc;
    const parent = isPlaced ? undefined : this.#readParent();
    const parentSub = parent !== undefined && info & 32 ? checkName(source.readString()) : undefined;
    const { contents, position: contentStart } = this.#sink;
    const length = this.#readContent(ref);
    const contentEnd = this.#sink.position;
    const typeRef = ref === contentRef.type ? this.#typeRef : undefined;
    // Spelled out: the engine makes one shape of it, and spreading costs more than reading.
    return {
      client,
      clock,
      length,
      ref,
      info,
      origin,
      rightOrigin,
      parent,
      parentSub,
      typeRef,
      contents,
      contentStart,
      contentEnd,
    };
  }

  #readParent(): string | ElementId {
    const isRoot = this.#source.readParentInfo();
    if (isRoot > 1) refuse("unknown-struct");
    if (isRoot === 0) return this.#source.readLeftId();
    const name = checkName(this.#source.readString());
    this.#roots.add(name);
    if (this.#roots.size > limits.maxRoots) refuse("too-many-roots");
    return name;
  }

  /**
   * Reads the content, hands it to the sink in version 1.
   * @returns how many elements it is
   */
  #readContent(ref: number): number {
    const source = this.#source;
    const sink = this.#sink;
    switch (ref) {
      case contentRef.gc:
      case contentRef.deleted:
        return this.#readLength();
      case contentRef.json: {
        const length = this.#readLength();
        for (let left = length; left > 0; left--) {
          const text = source.readString();
          if (text !== "undefined") checkJson(text);
          sink.string(text);
        }
        return length;
      }
      case contentRef.binary:
        sink.sized(source.rest.readVarBytes());
        return 1;
      case contentRef.string: {
        const text = source.readString();
        sink.string(text);
        return text.length >= 1 && text.length <= limits.maxStructLength ? text.length : refuse("bad-length");
      }
      case contentRef.embed:
        sink.string(source.readJson());
        return 1;
      case contentRef.format:
        sink.string(checkName(source.readKey()));
        sink.string(source.readJson());
        return 1;
      case contentRef.type:
        this.#readType();
        return 1;
      case contentRef.any: {
        const length = this.#readLength();
        for (let left = length; left > 0; left--) this.#copyAny();
        return length;
      }
      default:
        if (--this.#subdocumentsLeft < 0) refuse("too-many-subdocuments");
        sink.string(checkName(source.readString()));
        checkSubdocument(this.#copyAny());
        return 1;
    }
  }

  #readType(): void {
    const typeRef = this.#source.readTypeRef();
    if (typeRef > 6) refuse("unknown-type");
    this.#sink.uint(typeRef);
    // Elements and hooks have a name.
    if (typeRef === 3 || typeRef === 5) this.#sink.string(checkName(this.#source.readKey()));
    this.#typeRef = typeRef;
  }

  #readLength(): number {
    const length = this.#source.readLength();
    if (length < 1 || length > limits.maxStructLength) refuse("bad-length");
    this.#sink.uint(length);
    return length;
  }

  #copyAny(): Uint8Array {
    const { rest } = this.#source;
    const start = rest.position;
    skipAny(rest);
    const bytes = rest.since(start);
    this.#sink.raw(bytes);
    return bytes;
  }
}
