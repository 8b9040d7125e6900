import { limits } from "../limits.js";
import type { Clock } from "../ports/clock.js";

/** Says when it is worth while to keep the document's whole state: after enough blocks, when nothing is going on. */
export class StateKeeper {
  readonly #clock: Clock;
  readonly #keep: () => void;
  #blocks = 0;
  #bytes = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, keep: () => void) {
    this.#clock = clock;
    this.#keep = keep;
  }

  /** Blocks went into the store; `keep` is called later, unless more come first. */
  count(blocks: readonly { readonly bytes: Uint8Array }[]): void {
    if (blocks.length === 0) return;
    this.#blocks += blocks.length;
    for (const { bytes } of blocks) this.#bytes += bytes.length;
    this.#cancel?.();
    if (this.#blocks < limits.stateAfterBlocks && this.#bytes < limits.stateAfterBytes) return;
    this.#cancel = this.#clock.setTimer(this.#keep, limits.stateIdleMs);
  }

  /** The state is being kept: begins anew. */
  reset(): void {
    this.#blocks = 0;
    this.#bytes = 0;
  }

  close(): void {
    this.#cancel?.();
  }
}
