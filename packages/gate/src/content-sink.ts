import * as encoding from "lib0/encoding";
import { limits } from "./limits.js";
import { refuse } from "./refusal.js";
import type { Contents } from "./wire-update.js";

/** Takes contents while they are read. */
export interface ContentSink {
  /** Holds all that was taken, once `end` was called. */
  readonly contents: Contents;
  /** Where the next content begins. */
  readonly position: number;
  uint(value: number): void;
  string(text: string): void;
  sized(bytes: Uint8Array): void;
  raw(bytes: Uint8Array): void;
  end(): void;
}

/** For version 1: the contents are the update's own bytes, and stay where they are. */
export const contentsInPlace = (from: {
  readonly bytes: Uint8Array;
  readonly position: number;
}): ContentSink => ({
  contents: { bytes: from.bytes },
  get position() {
    return from.position;
  },
  uint: () => {},
  string: () => {},
  sized: () => {},
  raw: () => {},
  end: () => {},
});

/**
 * For version 2: writes the contents in version 1, and bounds what they come to in all. A short update can name one
 * long key thousands of times.
 */
export const contentWriter = (updateBytes: number): ContentSink => {
  const to = encoding.createEncoder();
  const contents: Contents = { bytes: new Uint8Array() };
  const max = Math.min(limits.maxUpdateBytes, updateBytes * limits.maxExpansion + limits.freeExpansionBytes);
  const expect = (bytes: number): void => {
    if (encoding.length(to) + bytes > max) refuse("too-large");
  };
  return {
    contents,
    get position() {
      return encoding.length(to);
    },
    uint: (value) => encoding.writeVarUint(to, value),
    string: (text) => {
      expect(text.length);
      encoding.writeVarString(to, text);
    },
    sized: (bytes) => {
      expect(bytes.length);
      encoding.writeVarUint8Array(to, bytes);
    },
    raw: (bytes) => {
      expect(bytes.length);
      encoding.writeUint8Array(to, bytes);
    },
    end: () => {
      contents.bytes = encoding.toUint8Array(to);
    },
  };
};
