import { checkJson, checkName, skipAny } from "./check-value.js";
import { ContentWriter } from "./content-writer.js";
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

/** Reads an update of either encoding and checks its form. Time and memory are bounded by its bytes and the limits. */
export const readUpdate = (update: Uint8Array, version: 1 | 2, max: ReadLimits): WireUpdate => {
  if (update.length > limits.maxUpdateBytes) refuse("too-large");
  // An exact copy: nobody else can change it meanwhile, and no reader can look behind its end.
  const source = (version === 1 ? sourceV1 : sourceV2)(update.slice());
  const reader = new UpdateReader(source, version, max);
  const clients = reader.readClients();
  const deletions = reader.readDeletions();
  source.end();
  return { clients, deletions };
};

class UpdateReader {
  readonly #source: FieldSource;
  readonly #version: 1 | 2;
  readonly #max: ReadLimits;
  readonly #writer = new ContentWriter();
  readonly #roots = new Set<string>();
  #structsLeft: number;
  #subdocumentsLeft: number;

  constructor(source: FieldSource, version: 1 | 2, max: ReadLimits) {
    this.#source = source;
    this.#version = version;
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
    const base = { client, clock, ref, info };
    if (ref === contentRef.gc) {
      const nothing = {
        origin: undefined,
        rightOrigin: undefined,
        parent: undefined,
        parentSub: undefined,
        typeRef: undefined,
      };
      return { ...base, ...nothing, ...this.#readContent(ref) };
    }
    const origin = info & 128 ? source.readLeftId() : undefined;
    const rightOrigin = info & 64 ? source.readRightId() : undefined;
    const parent = origin || rightOrigin ? undefined : this.#readParent();
    const parentSub = parent !== undefined && info & 32 ? checkName(source.readString()) : undefined;
    return { ...base, origin, rightOrigin, parent, parentSub, ...this.#readContent(ref) };
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

  /** Reads the content and hands it on in version 1: the very bytes, if they are, else written anew. */
  #readContent(ref: number): Pick<WireStruct, "length" | "content" | "typeRef"> {
    const source = this.#source;
    const writer = this.#writer;
    const start = source.rest.position;
    if (this.#version === 2) writer.begin();
    let length = 1;
    let typeRef: number | undefined;
    switch (ref) {
      case contentRef.gc:
      case contentRef.deleted:
        length = this.#writeLength();
        break;
      case contentRef.json:
        length = this.#writeLength();
        for (let left = length; left > 0; left--) {
          const text = writer.string(source.readString());
          if (text !== "undefined") checkJson(text);
        }
        break;
      case contentRef.binary:
        writer.sized(source.rest.readVarBytes());
        break;
      case contentRef.string:
        length = writer.string(source.readString()).length;
        break;
      case contentRef.embed:
        writer.string(source.readJson());
        break;
      case contentRef.format:
        writer.string(checkName(source.readKey()));
        writer.string(source.readJson());
        break;
      case contentRef.type:
        typeRef = writer.uint(source.readTypeRef());
        if (typeRef > 6) refuse("unknown-type");
        // Elements and hooks have a name.
        if (typeRef === 3 || typeRef === 5) writer.string(checkName(source.readKey()));
        break;
      case contentRef.any:
        length = this.#writeLength();
        for (let left = length; left > 0; left--) this.#copyAny();
        break;
      default: {
        if (--this.#subdocumentsLeft < 0) refuse("too-many-subdocuments");
        writer.string(checkName(source.readString()));
        checkSubdocument(this.#copyAny());
      }
    }
    if (length < 1 || length > limits.maxStructLength) refuse("bad-length");
    return { length, typeRef, content: this.#version === 2 ? writer.take() : source.rest.since(start) };
  }

  #writeLength(): number {
    const length = this.#source.readLength();
    if (length < 1 || length > limits.maxStructLength) refuse("bad-length");
    return this.#writer.uint(length);
  }

  #copyAny(): Uint8Array {
    const { rest } = this.#source;
    const start = rest.position;
    skipAny(rest);
    const bytes = rest.since(start);
    this.#writer.raw(bytes);
    return bytes;
  }
}
