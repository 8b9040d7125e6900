import { limits } from "../limits.js";
import { concat } from "../wire/codec.js";

const last = 0;
const more = 1;

/** Cuts a message into frames; on an ordered lane `FrameJoiner` puts them together again. */
export const cutFrames = (message: Uint8Array): Uint8Array[] => {
  const size = limits.maxFrameBytes - 1;
  const count = Math.max(1, Math.ceil(message.length / size));
  return Array.from({ length: count }, (_, at) =>
    concat(Uint8Array.of(at < count - 1 ? more : last), message.subarray(at * size, (at + 1) * size)),
  );
};

/** Puts the frames of one lane together. */
export class FrameJoiner {
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** The message that `frame` completes, `undefined` while more is to come, `"malformed"` for what breaks the form. */
  take(frame: Uint8Array): Uint8Array | "malformed" | undefined {
    const flag = frame[0];
    if ((flag !== last && flag !== more) || frame.length > limits.maxFrameBytes) return "malformed";
    this.#parts.push(frame.subarray(1));
    this.#bytes += frame.length - 1;
    if (this.#bytes > limits.maxMessageBytes) return "malformed";
    if (flag === more) return undefined;
    const message = this.#parts.length === 1 ? frame.subarray(1) : concat(...this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    return message;
  }
}
