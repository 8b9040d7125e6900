import type { Clock, Random } from "@manyhands/core";
import { backOffMs, spread } from "./back-off.js";
import { webrtcLimits } from "./limits.js";

export interface AnnouncerOptions {
  readonly clock: Clock;
  readonly random: Random;
  announce(urgent: boolean): void;
}

/** Decides when a room says "I am here" to all: often while it is alone, hardly ever once it has links. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  #linked = false;
  #attempt = 0;
  #cancel: (() => void) | undefined;
  #announcedAt: number | undefined;
  #closed = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#schedule();
  }

  /** Says it now, unless it was said just before; then the waits begin anew. */
  now(): void {
    this.#attempt = 0;
    this.#announce(true);
    this.#schedule();
  }

  /** Says it soon, at a moment of chance: many may have had the same reason. */
  soon(): void {
    this.#attempt = 0;
    this.#later(this.#options.random.fraction() * webrtcLimits.reconnectSpreadMs, true);
  }

  setLinked(linked: boolean): void {
    if (linked === this.#linked || this.#closed) return;
    this.#linked = linked;
    this.#attempt = 0;
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #schedule(): void {
    const { random } = this.#options;
    const { announceFirstMs, announceMaxMs, healMs } = webrtcLimits;
    const wait = this.#linked
      ? spread(healMs, random)
      : backOffMs(this.#attempt++, announceFirstMs, announceMaxMs, random);
    this.#later(wait, false);
  }

  #later(delayMs: number, urgent: boolean): void {
    this.#cancel?.();
    if (this.#closed) return;
    this.#cancel = this.#options.clock.setTimer(() => {
      this.#announce(urgent);
      this.#schedule();
    }, delayMs);
  }

  #announce(urgent: boolean): void {
    const now = this.#options.clock.now();
    if (this.#closed) return;
    if (this.#announcedAt !== undefined && Math.abs(now - this.#announcedAt) < webrtcLimits.quietMs) return;
    this.#announcedAt = now;
    this.#options.announce(urgent);
  }
}
