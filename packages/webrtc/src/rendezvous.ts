import {
  asManyhandsError,
  limits,
  type ManyhandsError,
  type Signaling,
  type SignalingStatus,
  type SignalingTopic,
  type TransportRoom,
} from "@manyhands/core";
import { BoundedSet } from "./bounded-set.js";
import { toHex } from "./hex.js";
import { webrtcLimits } from "./limits.js";
import {
  decodeMessage,
  type EndpointId,
  encodeMessage,
  type SignalBody,
  type SignalMessage,
} from "./messages.js";

export interface RendezvousOptions {
  readonly room: TransportRoom;
  readonly signalings: readonly Signaling[];
  readonly endpoint: EndpointId;
  nextSeq(): number;
  /** A message of another endpoint, meant for this peer or for all; each once. */
  onMessage(message: SignalMessage): void;
  /** A service can be used; `again` when it could before. */
  onConnected(again: boolean): void;
  onStatus(): void;
}

interface Service {
  readonly name: string;
  topic: SignalingTopic | undefined;
  status: SignalingStatus;
  problem: ManyhandsError | undefined;
  wasConnected: boolean;
}

/** The room's meeting place: the same sealed messages over all signaling services at once. */
export class Rendezvous {
  readonly #options: RendezvousOptions;
  readonly #services: readonly Service[];
  readonly #seen: BoundedSet<string> = new BoundedSet(webrtcLimits.maxSeenIds);
  #dropped = 0;
  #closed = false;

  constructor(options: RendezvousOptions) {
    this.#options = options;
    this.#services = options.signalings.map((signaling) => this.#join(signaling));
  }

  /** The best of all services. */
  get status(): SignalingStatus {
    const all = this.#services.map(({ status }) => status);
    if (all.includes("connected")) return "connected";
    return all.includes("connecting") ? "connecting" : "unreachable";
  }

  /** Why nothing works, if nothing does. */
  get problem(): ManyhandsError | undefined {
    if (this.status === "connected") return undefined;
    return this.#services.find(({ problem }) => problem)?.problem;
  }

  /** Messages that did not unseal, did not parse, or were too large. */
  get dropped(): number {
    return this.#dropped;
  }

  send(body: SignalBody): void {
    if (this.#closed) return;
    const { room, endpoint } = this.#options;
    const id = toHex(room.random.bytes(8));
    const seq = this.#options.nextSeq();
    const sealed = room.seal(encodeMessage({ ...body, id, from: room.self, endpoint, seq }));
    if (sealed.length > limits.maxSignalBytes) {
      room.logger.log("warn", "a signaling message is too large", { type: body.type, bytes: sealed.length });
      return;
    }
    this.#seen.add(id);
    for (const { name, topic } of this.#services) {
      try {
        topic?.publish(sealed);
      } catch (cause) {
        room.logger.log("warn", "a signaling service failed to publish", { name, cause });
      }
    }
  }

  wake(): void {
    for (const { topic } of this.#services) topic?.wake();
  }

  close(): void {
    this.#closed = true;
    for (const { topic } of this.#services) topic?.close();
  }

  #join(signaling: Signaling): Service {
    const { room } = this.#options;
    const service: Service = {
      name: signaling.name,
      topic: undefined,
      status: "connecting",
      problem: undefined,
      wasConnected: false,
    };
    try {
      service.topic = signaling.join(room.topic, {
        onMessage: (payload) => this.#receive(payload),
        onStatus: (status, problem) => this.#changed(service, status, problem),
      });
    } catch (cause) {
      service.status = "unreachable";
      service.problem = asManyhandsError(
        cause,
        "signaling-unreachable",
        `The signaling service ${signaling.name} cannot be used.`,
      );
    }
    return service;
  }

  #changed(service: Service, status: SignalingStatus, problem: ManyhandsError | undefined): void {
    if (this.#closed) return;
    const connected = status === "connected" && service.status !== "connected";
    service.status = status;
    service.problem = problem;
    this.#options.onStatus();
    if (!connected) return;
    this.#options.onConnected(service.wasConnected);
    service.wasConnected = true;
  }

  #receive(payload: Uint8Array): void {
    if (this.#closed) return;
    const { room, endpoint } = this.#options;
    const message = this.#open(payload);
    if (!message) {
      this.#dropped++;
      room.logger.log("debug", "a signaling message was dropped", { dropped: this.#dropped });
      return;
    }
    if (this.#seen.has(message.id)) return;
    this.#seen.add(message.id);
    if (message.endpoint === endpoint || message.from === room.self) return;
    if ("to" in message && message.to !== undefined && message.to !== room.self) return;
    this.#options.onMessage(message);
  }

  #open(payload: Uint8Array): SignalMessage | undefined {
    if (payload.length > limits.maxSignalBytes) return undefined;
    const opened = this.#options.room.unseal(payload);
    return opened && decodeMessage(opened);
  }
}
