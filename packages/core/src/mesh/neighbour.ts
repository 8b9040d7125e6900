import type { PeerId } from "../ids.js";
import { limits } from "../limits.js";
import type { Clock } from "../ports/clock.js";
import type { Lane, Link } from "../ports/transport.js";
import { FrameJoiner } from "./frames.js";
import { Handshake, type HandshakeOptions, type HandshakeStep, type ProvedPeer } from "./handshake.js";
import { LaneSender } from "./lane-sender.js";
import { decodeMessage, encodeMessage, type Message } from "./messages.js";

/** What a neighbour tells the mesh. */
export interface NeighbourEvents {
  /** The handshake is done; messages follow. */
  onProved(neighbour: Neighbour, peer: ProvedPeer): void;
  onMessage(neighbour: Neighbour, message: Message): void;
  /** Comes once. `proved` is undefined when the handshake never ended. */
  onClosed(neighbour: Neighbour, reason: string): void;
}

/** Frames of unproved or slow-to-verify peers that are kept: a handshake and the first exchange. */
const maxEarlyFrames = 64;

/** One link and whoever is at its other end: proves it, keeps it alive, turns frames into messages and back. */
export class Neighbour {
  readonly link: Link;
  readonly #events: NeighbourEvents;
  readonly #clock: Clock;
  readonly #handshake: Handshake;
  readonly #sender: LaneSender;
  readonly #joiners: Record<Lane, FrameJoiner> = {
    now: new FrameJoiner(),
    live: new FrameJoiner(),
    bulk: new FrameJoiner(),
  };
  /** Whole messages that wait for the handshake. */
  #early: { readonly lane: Lane; readonly bytes: Uint8Array }[] = [];
  #proving = false;
  #proved: ProvedPeer | undefined;
  #strikes = 0;
  #closed = false;
  #heardSincePing = true;
  #cancelTimer: () => void;

  constructor(link: Link, handshake: HandshakeOptions, clock: Clock, events: NeighbourEvents) {
    this.link = link;
    this.#events = events;
    this.#clock = clock;
    this.#handshake = new Handshake(handshake);
    this.#sender = new LaneSender(link);
    this.#cancelTimer = clock.setTimer(() => this.close("handshake timed out"), limits.handshakeMs);
    link.start({
      onFrame: (lane, frame) => this.#onFrame(lane, frame),
      onDrain: () => this.#sender.pump(),
      onClose: (reason) => this.#end(reason),
    });
    this.#sender.send("live", this.#handshake.start());
  }

  get id(): PeerId {
    return this.link.peer;
  }

  get proved(): ProvedPeer | undefined {
    return this.#proved;
  }

  get hasRoomForLive(): boolean {
    return this.#sender.hasRoomForLive;
  }

  send(lane: Lane, message: Message): void {
    this.#sender.send(lane, encodeMessage(message));
  }

  /** Resolves when the lane can take more, or the link is closed. */
  async roomFor(lane: Lane): Promise<void> {
    await this.#sender.roomFor(lane);
  }

  /** Counts a misbehaviour; past the limit the link is cut. */
  strike(reason: string): void {
    this.#strikes++;
    if (this.#strikes >= limits.maxStrikes) this.close(`misbehaved: ${reason}`);
  }

  get isStruckOut(): boolean {
    return this.#strikes >= limits.maxStrikes;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Asks at once whether the other end still lives. */
  probe(): void {
    if (!this.#proved || this.#closed) return;
    this.#cancelTimer();
    this.#heardSincePing = false;
    this.send("live", { type: "ping" });
    this.#cancelTimer = this.#clock.setTimer(() => this.#checkAlive(true), limits.pingMs);
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.link.close(reason);
    this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimer();
    this.#sender.close();
    this.#events.onClosed(this, reason);
  }

  #onFrame(lane: Lane, frame: Uint8Array): void {
    if (this.#closed) return;
    this.#heardSincePing = true;
    const bytes = this.#joiners[lane].take(frame);
    if (bytes === "malformed") this.close("misbehaved: malformed frame");
    else if (bytes) this.#onBytes(lane, bytes);
  }

  #onBytes(lane: Lane, bytes: Uint8Array): void {
    if (this.#proved) {
      this.#deliver(bytes);
      return;
    }
    if (this.#early.length >= maxEarlyFrames) this.close("misbehaved: talks before the handshake");
    else this.#early.push({ lane, bytes });
    if (!this.#proving) void this.#prove();
  }

  /** Runs the handshake over the `live` messages at hand. */
  async #prove(): Promise<void> {
    this.#proving = true;
    for (;;) {
      const at = this.#early.findIndex(({ lane }) => lane === "live");
      const next = this.#early[at];
      if (!next || this.#closed) break;
      this.#early.splice(at, 1);
      const step = await this.#handshake.receive(next.bytes);
      if (this.#closed) return;
      if (this.#take(step)) return;
    }
    this.#proving = false;
  }

  /** True when the handshake is over. */
  #take(step: HandshakeStep): boolean {
    switch (step.kind) {
      case "send":
        this.#sender.send("live", step.message);
        return false;
      case "failed":
        this.close(step.reason);
        return true;
      case "done": {
        this.#proved = step.peer;
        this.#cancelTimer();
        this.#cancelTimer = this.#clock.setTimer(() => this.#checkAlive(false), limits.pingMs);
        this.#events.onProved(this, step.peer);
        const early = this.#early;
        this.#early = [];
        for (const { bytes } of early) this.#deliver(bytes);
        return true;
      }
      default:
        return step satisfies never;
    }
  }

  #deliver(bytes: Uint8Array): void {
    if (this.#closed) return;
    const message = decodeMessage(bytes);
    if (!message) this.strike("malformed message");
    else if (message.type === "ping") this.send("live", { type: "pong" });
    else if (message.type !== "pong") this.#events.onMessage(this, message);
  }

  /** Every `pingMs`: whoever was silent is pinged, whoever stays silent is dead. */
  #checkAlive(pinged: boolean): void {
    if (this.#closed) return;
    if (pinged && !this.#heardSincePing) {
      this.close("no answer");
      return;
    }
    const silent = !this.#heardSincePing;
    this.#heardSincePing = false;
    if (silent) this.send("live", { type: "ping" });
    const wait = silent ? limits.deadLinkMs - limits.pingMs : limits.pingMs;
    this.#cancelTimer = this.#clock.setTimer(() => this.#checkAlive(silent), wait);
  }
}
