import type { ManyhandsError } from "../errors.js";

/** Whether a signaling service can be used right now. */
export type SignalingStatus = "connecting" | "connected" | "unreachable";

export interface SignalingEvents {
  /** A payload that somebody published under the topic; one's own may come back. */
  onMessage(payload: Uint8Array): void;
  onStatus(status: SignalingStatus, problem?: ManyhandsError): void;
}

/** One topic that was joined. */
export interface SignalingTopic {
  /** Hands `payload` (sealed by the room, at most `limits.maxSignalBytes`) to everyone else in the topic, perhaps never. */
  publish(payload: Uint8Array): void;
  /** The machine woke or the network changed: whoever waits to try again tries now. */
  wake(): void;
  /** Idempotent. After it no event comes, and what the topic held open is released. */
  close(): void;
}

/**
 * How devices find each other before they are linked.
 *
 * Laws: nothing happens before `join`; one object serves any number of topics, each joined any number of times;
 * messages may be lost, repeated and reordered, never altered unnoticed (the room seals them); `onStatus` is called once
 * soon after `join` and on every change; it reconnects by itself with back-off until closed; events never come inside
 * `join`, `publish`, `wake` or `close`.
 */
export interface Signaling {
  /** Shown to people: a server's address, `'by hand'`. */
  readonly name: string;
  join(topic: string, events: SignalingEvents): SignalingTopic;
}
