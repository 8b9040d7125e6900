import * as encoding from "lib0/encoding";
import type { ClientDeletions, ClientStructs, ElementId, WireStruct, WireUpdate } from "./wire-update.js";

/** Writes an update in version 1. */
export const writeUpdate = ({ clients, deletions }: WireUpdate): Uint8Array => {
  const to = encoding.createEncoder();
  encoding.writeVarUint(to, clients.length);
  for (const { client, clock, structs } of clients) {
    encoding.writeVarUint(to, structs.length);
    encoding.writeVarUint(to, client);
    encoding.writeVarUint(to, clock);
    for (const struct of structs) writeStruct(to, struct);
  }
  writeDeletions(to, deletions);
  return encoding.toUint8Array(to);
};

/** Cuts one client's structs into updates of at most `structCount`, then the deletions into some of at most `rangeCount`. */
export const writeSlices = (
  structs: readonly WireStruct[],
  deletions: readonly ClientDeletions[],
  structCount: number,
  rangeCount: number,
): Uint8Array[] => {
  const slices: Uint8Array[] = [];
  for (let at = 0; at < structs.length; at += structCount) {
    const part = structs.slice(at, at + structCount);
    const clients = part
      .slice(0, 1)
      .map(({ client, clock }): ClientStructs => ({ client, clock, structs: part }));
    slices.push(writeUpdate({ clients, deletions: [] }));
  }
  for (const { client, ranges } of deletions) {
    for (let at = 0; at < ranges.length; at += rangeCount) {
      const part = { client, ranges: ranges.slice(at, at + rangeCount) };
      slices.push(writeUpdate({ clients: [], deletions: [part] }));
    }
  }
  return slices;
};

const writeStruct = (to: encoding.Encoder, struct: WireStruct): void => {
  encoding.writeUint8(to, struct.info);
  if (struct.origin) writeId(to, struct.origin);
  if (struct.rightOrigin) writeId(to, struct.rightOrigin);
  if (struct.parent !== undefined) {
    encoding.writeVarUint(to, typeof struct.parent === "string" ? 1 : 0);
    if (typeof struct.parent === "string") encoding.writeVarString(to, struct.parent);
    else writeId(to, struct.parent);
    if (struct.parentSub !== undefined) encoding.writeVarString(to, struct.parentSub);
  }
  const { contents, contentStart, contentEnd } = struct;
  // Most are a few bytes: a view for each would cost more than copying them.
  if (contentEnd - contentStart > 64) {
    encoding.writeUint8Array(to, contents.bytes.subarray(contentStart, contentEnd));
  } else {
    for (let at = contentStart; at < contentEnd; at++) encoding.writeUint8(to, contents.bytes[at] ?? 0);
  }
};

const writeId = (to: encoding.Encoder, { client, clock }: ElementId): void => {
  encoding.writeVarUint(to, client);
  encoding.writeVarUint(to, clock);
};

const writeDeletions = (to: encoding.Encoder, deletions: readonly ClientDeletions[]): void => {
  encoding.writeVarUint(to, deletions.length);
  for (const { client, ranges } of deletions) {
    encoding.writeVarUint(to, client);
    encoding.writeVarUint(to, ranges.length);
    for (const { clock, length } of ranges) {
      encoding.writeVarUint(to, clock);
      encoding.writeVarUint(to, length);
    }
  }
};
