import type { PeerId } from "../ids.js";
import { limits } from "../limits.js";
import type { Clock } from "../ports/clock.js";

/** Peers that misbehaved and are not linked again for `limits.banMs`. */
export class BanList {
  readonly #clock: Clock;
  readonly #bans = new Map<PeerId, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(peer: PeerId): boolean {
    return this.#bans.has(peer);
  }

  add(peer: PeerId): void {
    this.#bans.get(peer)?.();
    this.#bans.set(
      peer,
      this.#clock.setTimer(() => this.#bans.delete(peer), limits.banMs),
    );
  }

  close(): void {
    for (const cancel of this.#bans.values()) cancel();
    this.#bans.clear();
  }
}
