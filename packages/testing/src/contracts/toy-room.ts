import {
  type Clock,
  type Lane,
  type Link,
  limits,
  type PeerId,
  parsePeerId,
  type Random,
  silentLogger,
  type Transport,
  type TransportRoom,
  type TransportSession,
  type TransportStatus,
} from "@manyhands/core";

/** A link as the toy room saw it. */
export interface ToyLink {
  readonly link: Link;
  readonly frames: Record<Lane, Uint8Array[]>;
  readonly drains: Lane[];
  readonly closes: string[];
}

/** Notes every breach of a law that can be seen from outside; shared by all rooms of one test. */
export class LawBook {
  readonly breaches: string[] = [];
  #depth = 0;

  /** Runs a call into the transport, during which no event may come. */
  call<Result>(run: () => Result): Result {
    this.#depth++;
    try {
      return run();
    } finally {
      this.#depth--;
    }
  }

  event(what: string): void {
    if (this.#depth > 0) this.breaches.push(`${what} came inside a call`);
  }

  breach(what: string): void {
    this.breaches.push(what);
  }
}

export interface ToyRoomOptions {
  readonly transport: Transport;
  readonly topic: string;
  readonly laws: LawBook;
  readonly clock: Clock;
  readonly random: Random;
}

/** A room that wants links with everybody, records what comes, and seals by a prefix. */
export class ToyRoom {
  readonly self: PeerId;
  readonly links: ToyLink[] = [];
  readonly statuses: TransportStatus[] = [];
  /** Set to false to refuse all new links. */
  wanting = true;
  /** Called inside `onLink`, after `start`. */
  greet: (link: ToyLink) => void = () => undefined;
  readonly #laws: LawBook;
  readonly #session: TransportSession;
  #closed = false;

  constructor(options: ToyRoomOptions) {
    const self = parsePeerId(Array.from(options.random.bytes(16), hexOf).join(""));
    if (!self) throw new Error("`random` gave no 16 bytes");
    this.self = self;
    this.#laws = options.laws;
    const room: TransportRoom = {
      self,
      topic: options.topic,
      clock: options.clock,
      random: options.random,
      logger: silentLogger,
      seal: (payload) => sealFor(options.topic, payload),
      unseal: (sealed) => unsealFor(options.topic, sealed),
      wantsLink: (peer) => this.wanting && !this.openLink(peer),
      onLink: (link) => this.#take(link),
      onStatus: (status) => this.#hear(status),
    };
    this.#session = this.#laws.call(() => options.transport.join(room));
  }

  /** The open link with `peer`. */
  openLink(peer: PeerId): ToyLink | undefined {
    return this.links.find(({ link, closes }) => link.peer === peer && closes.length === 0);
  }

  /** Sends through a link, noting events inside. */
  send(link: Link, lane: Lane, frame: Uint8Array): void {
    this.#laws.call(() => link.send(lane, frame));
  }

  /** Sends all frames as fast as the lane takes them, within the high-water mark. */
  async pour(
    to: ToyLink,
    lane: Lane,
    frames: readonly Uint8Array[],
    pass: () => Promise<void>,
  ): Promise<void> {
    for (const frame of frames) {
      const drains = to.drains.length;
      if (to.link.bufferedBytes(lane) >= limits.laneHighWaterBytes) {
        while (to.drains.length === drains && to.closes.length === 0) await pass();
      }
      this.send(to.link, lane, frame);
    }
  }

  closeLink(link: Link, reason: string): void {
    this.#laws.call(() => link.close(reason));
  }

  wake(): void {
    this.#session.wake();
  }

  leave(): void {
    this.#closed = true;
    this.#laws.call(() => this.#session.close());
  }

  #take(link: Link): void {
    this.#laws.event("onLink");
    if (this.#closed) this.#laws.breach("onLink came after close");
    if (this.openLink(link.peer)) this.#laws.breach("a second link with one peer opened beside the first");
    const toy: ToyLink = { link, frames: { now: [], live: [], bulk: [] }, drains: [], closes: [] };
    this.links.push(toy);
    this.#laws.call(() =>
      link.start({
        onFrame: (lane, frame) => {
          this.#laws.event("onFrame");
          if (toy.closes.length > 0) this.#laws.breach("onFrame came after onClose");
          if (frame.length === 0 || frame.length > limits.maxFrameBytes)
            this.#laws.breach("a frame of bad size came");
          toy.frames[lane].push(frame);
        },
        onDrain: (lane) => {
          this.#laws.event("onDrain");
          toy.drains.push(lane);
        },
        onClose: (reason) => {
          this.#laws.event("onClose");
          toy.closes.push(reason);
        },
      }),
    );
    this.greet(toy);
  }

  #hear(status: TransportStatus): void {
    this.#laws.event("onStatus");
    if (this.#closed) this.#laws.breach("onStatus came after close");
    this.statuses.push(status);
  }
}

const hexOf = (byte: number): string => byte.toString(16).padStart(2, "0");

const prefixOf = (topic: string): Uint8Array => new TextEncoder().encode(`toy seal ${topic} `);

const sealFor = (topic: string, payload: Uint8Array): Uint8Array => {
  const prefix = prefixOf(topic);
  const sealed = new Uint8Array(prefix.length + payload.length);
  sealed.set(prefix);
  sealed.set(payload, prefix.length);
  return sealed;
};

const unsealFor = (topic: string, sealed: Uint8Array): Uint8Array | undefined => {
  const prefix = prefixOf(topic);
  return prefix.every((byte, at) => sealed[at] === byte) ? sealed.slice(prefix.length) : undefined;
};
