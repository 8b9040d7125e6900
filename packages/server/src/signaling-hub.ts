import type { Clock } from "@manyhands/core";
import { parseClientFrame, pongFrame } from "./client-frame.js";
import type { ServerLimits } from "./limits.js";
import type { Counters, CutReason, DropReason } from "./server-metrics.js";
import { TokenBucket } from "./token-bucket.js";

/** A client's socket, as the hub sees it. None of its methods throws. */
export interface HubSocket {
  /** Bytes that were given to `send` and have not left yet. */
  bufferedBytes(): number;
  send(message: Uint8Array): void;
  cut(reason: CutReason): void;
}

export interface HubOptions {
  readonly limits: ServerLimits;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** Who is subscribed to what, and who hears a message. Knows nothing of networks. */
export class SignalingHub {
  readonly options: HubOptions;
  readonly #topics = new Map<string, Set<HubClient>>();

  constructor(options: HubOptions) {
    this.options = options;
  }

  get topicCount(): number {
    return this.#topics.size;
  }

  connect(socket: HubSocket): HubClient {
    return new HubClient(this, socket);
  }

  /** False when the topic is full. */
  add(client: HubClient, topic: string): boolean {
    const clients = this.#topics.get(topic);
    if (clients === undefined) this.#topics.set(topic, new Set([client]));
    else if (clients.size >= this.options.limits.maxSocketsPerTopic) return false;
    else clients.add(client);
    return true;
  }

  remove(client: HubClient, topic: string): void {
    const clients = this.#topics.get(topic);
    clients?.delete(client);
    if (clients?.size === 0) this.#topics.delete(topic);
  }

  /** To all in the topic, the sender included if it is one of them; the sender need not be. As y-webrtc's server does. */
  publish(topic: string, forwarded: (clients: number) => string): void {
    const clients = this.#topics.get(topic);
    if (clients === undefined) return;
    const message = encoder.encode(forwarded(clients.size));
    for (const client of [...clients]) client.send(message);
  }
}

const encoder = new TextEncoder();
const pong = encoder.encode(pongFrame);

/** One client's part in the hub: its topics and what it may still do. */
export class HubClient {
  readonly #hub: SignalingHub;
  readonly #socket: HubSocket;
  readonly #topics = new Set<string>();
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;
  readonly #strikes: TokenBucket;
  #missed = 0;
  #gone = false;

  constructor(hub: SignalingHub, socket: HubSocket) {
    const { limits, clock } = hub.options;
    this.#hub = hub;
    this.#socket = socket;
    this.#messages = new TokenBucket(limits.messageBurst, limits.messagesPerSecond, clock);
    this.#bytes = new TokenBucket(limits.byteBurst, limits.bytesPerSecond, clock);
    this.#strikes = new TokenBucket(limits.maxStrikes, 1, clock);
  }

  /** Takes a message of `bytes` bytes that the client sent. */
  receive(text: string, bytes: number): void {
    if (this.#gone || !this.spend(bytes)) return;
    const frame = parseClientFrame(text);
    switch (frame.kind) {
      case "ping":
        this.send(pong);
        break;
      case "subscribe":
        for (const topic of frame.topics) this.#subscribe(topic);
        break;
      case "unsubscribe":
        for (const topic of frame.topics) if (this.#topics.delete(topic)) this.#hub.remove(this, topic);
        break;
      case "publish":
        this.#hub.publish(frame.topic, frame.forwarded);
        break;
      case "malformed":
        this.#refuse("malformed");
        break;
    }
  }

  /** Counts a message of `bytes` bytes against the rates; false when it has to be refused. */
  spend(bytes: number): boolean {
    const { counters } = this.#hub.options;
    counters.messagesIn += 1;
    counters.bytesIn += bytes;
    if (!this.#messages.take(1)) return this.#refuse("too-many-messages");
    if (!this.#bytes.take(bytes)) return this.#refuse("too-many-bytes");
    return true;
  }

  send(message: Uint8Array): void {
    if (this.#gone) return;
    const { limits, counters } = this.#hub.options;
    if (this.#socket.bufferedBytes() + message.length > limits.maxBufferedBytes) {
      counters.drops["slow-receiver"] += 1;
      this.#missed += 1;
      if (this.#missed > limits.maxMissedMessages) this.#cut("slow-receiver");
      return;
    }
    this.#missed = 0;
    counters.messagesOut += 1;
    counters.bytesOut += message.length;
    this.#socket.send(message);
  }

  /** The socket is gone. Idempotent. */
  leave(): void {
    this.#gone = true;
    for (const topic of this.#topics) this.#hub.remove(this, topic);
    this.#topics.clear();
  }

  #subscribe(topic: string): void {
    const { limits } = this.#hub.options;
    if (this.#gone || this.#topics.has(topic)) return;
    if (topic.length > limits.maxTopicChars) this.#refuse("topic-too-long");
    else if (this.#topics.size >= limits.maxTopicsPerSocket) this.#refuse("too-many-topics");
    else if (!this.#hub.add(this, topic)) this.#refuse("topic-full");
    else this.#topics.add(topic);
  }

  #refuse(reason: DropReason): false {
    this.#hub.options.counters.drops[reason] += 1;
    if (!this.#strikes.take(1)) this.#cut("too-many-refused");
    return false;
  }

  #cut(reason: CutReason): void {
    if (this.#gone) return;
    this.leave();
    this.#hub.options.counters.cuts[reason] += 1;
    this.#socket.cut(reason);
  }
}
