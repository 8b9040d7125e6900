import * as encoding from "lib0/encoding";
import { limits } from "./limits.js";
import { refuse } from "./refusal.js";

/**
 * Writes contents in version 1, and bounds what they come to in all: a short version 2 update can name one long key
 * thousands of times. Does nothing until `begin`, so that a version 1 update passes through uncopied.
 */
export class ContentWriter {
  #encoder: encoding.Encoder | undefined;
  #bytesLeft: number = limits.maxUpdateBytes;

  begin(): void {
    this.#encoder = encoding.createEncoder();
  }

  take(): Uint8Array {
    const bytes = this.#encoder ? encoding.toUint8Array(this.#encoder) : new Uint8Array();
    this.#encoder = undefined;
    return bytes;
  }

  uint(value: number): number {
    if (this.#encoder) encoding.writeVarUint(this.#encoder, value);
    return value;
  }

  string(text: string): string {
    if (!this.#encoder) return text;
    this.#spend(text.length);
    encoding.writeVarString(this.#encoder, text);
    return text;
  }

  sized(bytes: Uint8Array): void {
    if (!this.#encoder) return;
    this.#spend(bytes.length);
    encoding.writeVarUint8Array(this.#encoder, bytes);
  }

  raw(bytes: Uint8Array): void {
    if (!this.#encoder) return;
    this.#spend(bytes.length);
    encoding.writeUint8Array(this.#encoder, bytes);
  }

  #spend(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0) refuse("too-large");
  }
}
