import type { ServerLimits } from "./limits.js";

/** Counts sockets, in all and by address. */
export class SocketAdmission {
  readonly #limits: ServerLimits;
  readonly #byAddress = new Map<string, number>();
  #count = 0;

  constructor(limits: ServerLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  /** Admits a socket and gives back what to call, once, when it is gone; `undefined` when there are too many. */
  admit(address: string): (() => void) | undefined {
    const before = this.#byAddress.get(address) ?? 0;
    if (this.#count >= this.#limits.maxSockets || before >= this.#limits.maxSocketsPerAddress)
      return undefined;
    this.#count += 1;
    this.#byAddress.set(address, before + 1);
    let here = true;
    return () => {
      if (!here) return;
      here = false;
      this.#count -= 1;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    };
  }
}
