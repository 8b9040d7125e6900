import type { PeerId } from "../ids.js";
import { limits } from "../limits.js";
import type { Clock } from "../ports/clock.js";
import type { Lane, Link } from "../ports/transport.js";
import { FrameJoiner } from "./frames.js";
import { Handshake, type HandshakeOptions, type HandshakeStep, type ProvedPeer } from "./handshake.js";
import { Heartbeat } from "./heartbeat.js";
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

/**
 * What is kept of a peer that is not proved yet: it may be done with us first, and greet with a digest for each of a
 * thousand documents while we verify. Whoever sends more talks before the handshake.
 */
const maxEarlyBytes = 1_048_576;
/** What a kept message costs beyond its bytes. */
const earlyMessageBytes = 64;

/** One link and whoever is at its other end: proves it, keeps it alive, turns frames into messages and back. */
export class Neighbour {
  readonly link: Link;
  readonly #events: NeighbourEvents;
  readonly #handshake: Handshake;
  readonly #sender: LaneSender;
  readonly #joiners: Record<Lane, FrameJoiner> = {
    now: new FrameJoiner(),
    live: new FrameJoiner(),
    bulk: new FrameJoiner(),
  };
  /** Whole messages that wait for the handshake. */
  #early: { readonly lane: Lane; readonly bytes: Uint8Array }[] = [];
  #earlyBytes = 0;
  #proving = false;
  #proved: ProvedPeer | undefined;
  #strikes = 0;
  #closed = false;
  readonly #heartbeat: Heartbeat;
  readonly #cancelDeadline: () => void;

  constructor(link: Link, handshake: HandshakeOptions, clock: Clock, events: NeighbourEvents) {
    this.link = link;
    this.#events = events;
    this.#handshake = new Handshake(handshake);
    this.#sender = new LaneSender(link);
    this.#heartbeat = new Heartbeat(clock, {
      ping: () => this.send("live", { type: "ping" }),
      onDead: () => this.close("no answer"),
    });
    this.#cancelDeadline = clock.setTimer(() => this.close("handshake timed out"), limits.handshakeMs);
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
    if (this.isStruckOut) this.close(`misbehaved: ${reason}`);
  }

  get isStruckOut(): boolean {
    return this.#strikes >= limits.maxStrikes;
  }

  /** Asks at once whether the other end still lives. */
  probe(): void {
    if (this.#proved && !this.#closed) this.#heartbeat.probe();
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.link.close(reason);
    this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelDeadline();
    this.#heartbeat.stop();
    this.#sender.close();
    this.#events.onClosed(this, reason);
  }

  #onFrame(lane: Lane, frame: Uint8Array): void {
    if (this.#closed) return;
    this.#heartbeat.hear();
    const bytes = this.#joiners[lane].take(frame);
    if (bytes === "malformed") this.#cutOff("malformed frame");
    else if (bytes) this.#onBytes(lane, bytes);
  }

  #onBytes(lane: Lane, bytes: Uint8Array): void {
    if (this.#proved) {
      this.#deliver(bytes);
      return;
    }
    this.#early.push({ lane, bytes });
    this.#earlyBytes += bytes.length + earlyMessageBytes;
    if (this.#earlyBytes > maxEarlyBytes) this.#cutOff("talks before the handshake");
    else if (!this.#proving) void this.#prove();
  }

  /** Nothing that follows can be understood. */
  #cutOff(reason: string): void {
    this.#strikes = limits.maxStrikes;
    this.close(`misbehaved: ${reason}`);
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
        this.#cancelDeadline();
        this.#heartbeat.start();
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
}
