import { createDecoder, readAny } from "lib0/decoding";
import { ByteReader } from "./byte-reader.js";
import { checkJson, skipAny } from "./check-value.js";
import type { FieldSource } from "./field-source.js";
import { refuse } from "./refusal.js";
import { byteRuns, differenceRuns, readUintRuns, uintRuns } from "./run-length.js";

/** Version 2: a column for each kind of field, run-length encoded. */
export const sourceV2 = (update: Uint8Array): FieldSource => {
  const rest = new ByteReader(update);
  // A flag for features to come; nobody writes another value yet.
  if (rest.readByte() !== 0) refuse("unknown-struct");
  const keyClocks = differenceRuns(rest.readVarBytes());
  const clients = uintRuns(rest.readVarBytes());
  const leftClocks = differenceRuns(rest.readVarBytes());
  const rightClocks = differenceRuns(rest.readVarBytes());
  const infos = byteRuns(rest.readVarBytes());
  const strings = stringColumn(rest.readVarBytes());
  const parentInfos = byteRuns(rest.readVarBytes());
  const typeRefs = uintRuns(rest.readVarBytes());
  const lengths = uintRuns(rest.readVarBytes());
  const keys: string[] = [];
  let deleteClock = 0;
  return {
    rest,
    readInfo: infos.read,
    readClient: clients.read,
    readLeftId: () => ({ client: clients.read(), clock: leftClocks.read() }),
    readRightId: () => ({ client: clients.read(), clock: rightClocks.read() }),
    readString: strings.read,
    readKey: () => {
      const known = keys[keyClocks.read()];
      if (known !== undefined) return known;
      const key = strings.read();
      keys.push(key);
      return key;
    },
    readParentInfo: parentInfos.read,
    readTypeRef: typeRefs.read,
    readLength: lengths.read,
    readJson: () => readAnyAsJson(rest),
    startDeletions: () => {
      deleteClock = 0;
    },
    readDeleteClock: () => {
      deleteClock += rest.readVarUint();
      return deleteClock;
    },
    readDeleteLength: () => {
      const length = rest.readVarUint() + 1;
      deleteClock += length;
      return length;
    },
    end: () => {
      if (rest.left > 0) refuse("trailing-bytes");
      for (const column of [
        keyClocks,
        clients,
        leftClocks,
        rightClocks,
        infos,
        strings,
        parentInfos,
        typeRefs,
        lengths,
      ])
        column.end();
    },
  };
};

/** One text for all strings, then their lengths. */
const stringColumn = (bytes: Uint8Array): { read(): string; end(): void } => {
  const from = new ByteReader(bytes);
  const text = bytes.length > 0 ? from.readVarString() : "";
  const readLength = readUintRuns(from);
  let at = 0;
  return {
    read: () => {
      const end = at + readLength();
      if (end > text.length) refuse("truncated");
      const part = text.slice(at, end);
      at = end;
      return part;
    },
    end: () => {
      if (at < text.length || from.left > 0) refuse("trailing-bytes");
    },
  };
};

/**
 * Version 1 has JSON where version 2 has "any". What JSON cannot say is said as `JSON.stringify` says it; where that
 * would fail (big integers, nothing at all) by the nearest that can be said, for whoever wrote it did no harm.
 */
const readAnyAsJson = (from: ByteReader): string => {
  const start = from.position;
  skipAny(from);
  const value: unknown = readAny(createDecoder(from.since(start)));
  const sayable = (_: string, member: unknown): unknown =>
    typeof member === "bigint" ? Number(member) : member;
  const text = JSON.stringify(value, sayable) ?? "null";
  checkJson(text);
  return text;
};
