import { type ChannelCounter, fitChannelCounter } from "./channel-counter.bench.js";
import { RawChannel } from "./raw-channel.bench.js";
import { type JoinRequest, joinText, type SharedText } from "./shared-text.bench.js";
import * as stored from "./stored-text.bench.js";

/** What a measurement finds in the page as `window.bench`. */
export interface BenchPage {
  readonly counter: ChannelCounter;
  readonly stored: typeof stored;
  raw: RawChannel;
  newRaw(): void;
  /** The text that `join` opened last. */
  shared: SharedText;
  join(request: JoinRequest): void;
  /** Types one character at the end every `everyMs`, `count` times. */
  type(count: number, everyMs: number): Promise<void>;
  /** Appends so many characters, 64 KiB in each insert. */
  fill(length: number): void;
  /** When the text became that long, by `performance.now()`; undefined when it did not within `timeoutMs`. */
  whenLength(length: number, timeoutMs: number): Promise<number | undefined>;
}

declare global {
  interface Window {
    bench: BenchPage;
  }
}

const chunk = 65_536;
const sentence = "The quick brown fox jumps over the lazy dog, and then it rests. ";

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const notYet = (): never => {
  throw new Error("nothing is open");
};

window.bench = {
  counter: fitChannelCounter(),
  stored,
  get raw(): RawChannel {
    return notYet();
  },
  newRaw() {
    Object.defineProperty(window.bench, "raw", { value: new RawChannel(), configurable: true });
  },
  get shared(): SharedText {
    return notYet();
  },
  join(request) {
    Object.defineProperty(window.bench, "shared", { value: joinText(request), configurable: true });
  },
  async type(count, everyMs) {
    const { text } = window.bench.shared;
    for (let at = 0; at < count; at++) {
      text.insert(text.length, "x");
      await wait(everyMs);
    }
  },
  fill(length) {
    const { text } = window.bench.shared;
    const words = sentence.repeat(chunk / sentence.length);
    for (let left = length; left > 0; left -= chunk)
      text.insert(text.length, words.slice(0, Math.min(left, chunk)));
  },
  whenLength(length, timeoutMs) {
    const { doc, text } = window.bench.shared;
    return new Promise((resolve) => {
      const check = (): void => {
        if (text.length >= length) settle(performance.now());
      };
      const settle = (at: number | undefined): void => {
        doc.off("afterTransaction", check);
        clearTimeout(timer);
        resolve(at);
      };
      const timer = setTimeout(() => settle(undefined), timeoutMs);
      doc.on("afterTransaction", check);
      check();
    });
  },
};
document.body.dataset["ready"] = "yes";
