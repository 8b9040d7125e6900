import { ByteReader } from "./byte-reader.js";
import { refuse } from "./refusal.js";

/**
 * The run-length readers of version 2. Each hands out one value at a time, so that a run of 2^50 costs nothing until
 * it is asked for; none invents values past its end, as lib0's do.
 */
export interface NumberRuns {
  read(): number;
  /** Refuses bytes that nobody read. */
  end(): void;
}

/** Bytes with counts; the last run has none and lasts as long as asked. */
export const byteRuns = (bytes: Uint8Array): NumberRuns => {
  const from = new ByteReader(bytes);
  let value = 0;
  let count = 0;
  return {
    read: () => {
      if (count === 0) {
        value = from.readByte();
        count = from.left > 0 ? from.readVarUint() + 1 : Number.POSITIVE_INFINITY;
      }
      count--;
      return value;
    },
    end: () => endOf(from),
  };
};

/** Unsigned numbers; a negative sign says that a count follows. */
export const uintRuns = (bytes: Uint8Array): NumberRuns => {
  const from = new ByteReader(bytes);
  const read = readUintRuns(from);
  return { read, end: () => endOf(from) };
};

export const readUintRuns = (from: ByteReader): (() => number) => {
  let value = 0;
  let count = 0;
  return () => {
    if (count === 0) {
      const signed = from.readVarInt();
      const hasCount = signed < 0 || Object.is(signed, -0);
      value = Math.abs(signed);
      count = hasCount ? from.readVarUint() + 2 : 1;
    }
    count--;
    return value;
  };
};

/** Differences to the number before; the lowest bit says that a count follows. */
export const differenceRuns = (bytes: Uint8Array): NumberRuns => {
  const from = new ByteReader(bytes);
  let value = 0;
  let difference = 0;
  let count = 0;
  return {
    read: () => {
      if (count === 0) {
        const encoded = from.readVarInt();
        difference = Math.floor(encoded / 2);
        count = encoded & 1 ? from.readVarUint() + 2 : 1;
      }
      count--;
      value += difference;
      return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : refuse("number-too-large");
    },
    end: () => endOf(from),
  };
};

const endOf = (from: ByteReader): void => {
  if (from.left > 0) refuse("trailing-bytes");
};
