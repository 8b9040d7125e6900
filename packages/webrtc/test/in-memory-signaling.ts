import { type Signaling, type SignalingEvents, type SignalingStatus, systemClock } from "@manyhands/core";

interface Joined {
  readonly topic: string;
  readonly events: SignalingEvents;
}

/** One signaling service in memory, of which each device has a `signaling()`; may be switched off and made to lose messages. */
export class SignalingHub {
  /** Everything published so far, newest last. */
  readonly published: Uint8Array[] = [];
  /** Whether this payload shall reach others. */
  delivers: (payload: Uint8Array) => boolean = () => true;
  readonly #joined: Set<Joined> = new Set();
  readonly #later: (run: () => void) => void;
  #status: SignalingStatus = "connected";

  constructor(later: (run: () => void) => void = (run) => void systemClock.setTimer(run, 0)) {
    this.#later = later;
  }

  get joins(): number {
    return this.#joined.size;
  }

  signaling(): Signaling {
    return {
      name: "in memory",
      join: (topic, events) => {
        const joined = { topic, events };
        this.#joined.add(joined);
        this.#tell(joined, () => events.onStatus(this.#status));
        return {
          publish: (payload) => this.#publish(joined, payload),
          wake: () => undefined,
          close: () => void this.#joined.delete(joined),
        };
      },
    };
  }

  /** Goes down or up for everybody. */
  setStatus(status: SignalingStatus): void {
    this.#status = status;
    for (const joined of this.#joined) this.#tell(joined, () => joined.events.onStatus(status));
  }

  /** Publishes as somebody who is not a member, perhaps. */
  inject(topic: string, payload: Uint8Array): void {
    for (const each of this.#joined) {
      if (each.topic === topic) this.#tell(each, () => each.events.onMessage(payload.slice()));
    }
  }

  #publish(from: Joined, payload: Uint8Array): void {
    if (this.#status !== "connected" || !this.#joined.has(from)) return;
    this.published.push(payload.slice());
    if (!this.delivers(payload)) return;
    for (const each of this.#joined) {
      if (each !== from && each.topic === from.topic) {
        this.#tell(each, () => each.events.onMessage(payload.slice()));
      }
    }
  }

  #tell(joined: Joined, event: () => void): void {
    this.#later(() => {
      if (this.#joined.has(joined)) event();
    });
  }
}
