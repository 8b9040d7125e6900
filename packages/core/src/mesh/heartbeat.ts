import { limits } from "../limits.js";
import type { Clock } from "../ports/clock.js";

export interface HeartbeatEvents {
  /** Ask the other end for a sign of life. */
  ping(): void;
  onDead(): void;
}

/** Looks at a link so many times before it counts as dead; at the second and the fourth silent look it pings. */
const deadAfterLooks = 5;

/**
 * Never takes a link for alive: whoever is silent is pinged, whoever stays silent is dead, between `deadLinkMs` and a
 * fifth more after it was last heard. Hearing is cheap: it sets no timer.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #events: HeartbeatEvents;
  #heard = false;
  #silentLooks = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, events: HeartbeatEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  hear(): void {
    this.#heard = true;
  }

  start(): void {
    this.#silentLooks = 0;
    this.#lookLater();
  }

  /** Pings now; no answer within `pingMs` and the link is dead. */
  probe(): void {
    this.#cancel?.();
    this.#heard = false;
    this.#events.ping();
    this.#cancel = this.#clock.setTimer(() => {
      if (this.#heard) this.start();
      else this.#events.onDead();
    }, limits.pingMs);
  }

  stop(): void {
    this.#cancel?.();
  }

  #lookLater(): void {
    this.#cancel = this.#clock.setTimer(() => this.#look(), limits.deadLinkMs / deadAfterLooks);
  }

  #look(): void {
    this.#silentLooks = this.#heard ? 0 : this.#silentLooks + 1;
    this.#heard = false;
    if (this.#silentLooks >= deadAfterLooks) {
      this.#events.onDead();
      return;
    }
    if (this.#silentLooks === 2 || this.#silentLooks === 4) this.#events.ping();
    this.#lookLater();
  }
}
