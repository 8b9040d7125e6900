import { refuse } from "./refusal.js";

/** Without `stream` it keeps nothing from one call to the next. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads numbers and text from bytes, never past their end; every form that has two encodings is read in one only. */
export class ByteReader {
  readonly bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get position(): number {
    return this.#at;
  }

  get left(): number {
    return this.bytes.length - this.#at;
  }

  readByte(): number {
    const byte = this.bytes[this.#at];
    if (byte === undefined) return refuse("truncated");
    this.#at++;
    return byte;
  }

  /** An unsigned LEB128 number below 2^53, shortest form. */
  readVarUint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.readByte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (byte === 0 && scale > 1) refuse("number-not-canonical");
        return value <= Number.MAX_SAFE_INTEGER ? value : refuse("number-too-large");
      }
    }
    return refuse("number-too-large");
  }

  /** A signed number as lib0 writes it: -0 differs from 0. */
  readVarInt(): number {
    const first = this.readByte();
    const sign = first & 64 ? -1 : 1;
    let value = first & 63;
    if (first < 128) return sign * value;
    for (let scale = 64; scale <= 2 ** 48; scale *= 128) {
      const byte = this.readByte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (byte === 0) refuse("number-not-canonical");
        return value <= Number.MAX_SAFE_INTEGER ? sign * value : refuse("number-too-large");
      }
    }
    return refuse("number-too-large");
  }

  /** The next `length` bytes, as a view. */
  readView(length: number): Uint8Array {
    if (length > this.left) return refuse("truncated");
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  readVarBytes(): Uint8Array {
    return this.readView(this.readVarUint());
  }

  readVarString(): string {
    return this.#decode(this.readVarBytes());
  }

  /** What was read since `from`, as a view. */
  since(from: number): Uint8Array {
    return this.bytes.subarray(from, this.#at);
  }

  #decode(bytes: Uint8Array): string {
    // Short names are the rule, and TextDecoder's overhead shows with thousands of them.
    if (bytes.length < 12) {
      let text = "";
      for (const byte of bytes) {
        if (byte > 127) return this.#decodeUtf8(bytes);
        text += String.fromCharCode(byte);
      }
      return text;
    }
    return this.#decodeUtf8(bytes);
  }

  #decodeUtf8(bytes: Uint8Array): string {
    try {
      return decoder.decode(bytes);
    } catch {
      return refuse("bad-text");
    }
  }
}
