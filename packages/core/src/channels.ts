import { ManyhandsError } from "./errors.js";
import { idBytes, type PeerId } from "./ids.js";
import { limits } from "./limits.js";
import type { Random } from "./ports/random.js";
import { open, seal } from "./sealing/aead.js";
import * as codec from "./wire/codec.js";

/** What is called for a channel's messages; `from` is the sending peer. */
export type ChannelListener = (message: Uint8Array, from: PeerId) => void;

/** A named lane for an app's own messages to whoever is here now. Nothing is kept for those who are not. */
export interface Channel {
  readonly name: string;
  /** Sends to one linked peer, or to all; throws `too-large` beyond `limits.maxChannelBytes`. */
  send(message: Uint8Array, to?: PeerId): void;
  /** Hears messages until the returned function is called; what came before the first listener is handed over. */
  subscribe(listener: ChannelListener): () => void;
  /** Ends the subscriptions made here; messages are not kept any more once everyone who opened the channel has closed it. Idempotent. */
  close(): void;
}

interface OpenChannel {
  readonly listeners: Set<ChannelListener>;
  /** Those who opened it and have not closed it. */
  readonly holders: Set<object>;
  readonly backlog: { readonly message: Uint8Array; readonly from: PeerId }[];
}

export interface ChannelsOptions {
  readonly self: PeerId;
  readonly random: Random;
  send(sealed: Uint8Array, to?: PeerId): void;
  onListenerError(error: unknown): void;
}

const associated = (sender: PeerId): Uint8Array => codec.concat(Uint8Array.of(2), idBytes(sender));

/** All channels of a room. */
export class Channels {
  readonly #options: ChannelsOptions;
  readonly #open = new Map<string, OpenChannel>();
  /** There is none before the room has its keys; nobody is linked before that either. */
  #key: Uint8Array | undefined;

  constructor(options: ChannelsOptions) {
    this.#options = options;
  }

  /** Begins to seal and open with the room's key. */
  adoptKey(key: Uint8Array): void {
    this.#key = key;
  }

  get(name: string): Channel {
    const opened: OpenChannel = this.#open.get(name) ?? {
      listeners: new Set(),
      holders: new Set(),
      backlog: [],
    };
    this.#open.set(name, opened);
    const own = new Set<ChannelListener>();
    opened.holders.add(own);
    return {
      name,
      send: (message, to) => this.#send(name, message, to),
      subscribe: (heard) => {
        // One of its own, so that the same function can subscribe twice and end each by itself.
        const listener: ChannelListener = (message, from) => heard(message, from);
        if (!opened.holders.has(own)) return () => undefined;
        own.add(listener);
        opened.listeners.add(listener);
        for (const { message, from } of opened.backlog.splice(0)) this.#call(listener, message, from);
        return () => opened.listeners.delete(listener);
      },
      close: () => {
        for (const listener of own) opened.listeners.delete(listener);
        opened.holders.delete(own);
        if (opened.holders.size === 0 && this.#open.get(name) === opened) this.#open.delete(name);
      },
    };
  }

  /** Takes a sealed message of a peer; false when it is not one. Messages of channels nobody opened are dropped. */
  receive(from: PeerId, sealed: Uint8Array): boolean {
    const plaintext = this.#key && open(this.#key, associated(from), sealed);
    const read =
      plaintext &&
      codec.decode(plaintext, (of) => ({ name: codec.readVarString(of), message: codec.readRest(of) }));
    if (!read) return false;
    const opened = this.#open.get(read.name);
    if (!opened) return true;
    if (opened.listeners.size === 0) {
      opened.backlog.push({ message: read.message, from });
      if (opened.backlog.length > limits.maxChannelBacklog) opened.backlog.shift();
    }
    for (const listener of [...opened.listeners]) this.#call(listener, read.message, from);
    return true;
  }

  close(): void {
    this.#open.clear();
  }

  #send(name: string, message: Uint8Array, to?: PeerId): void {
    if (message.length > limits.maxChannelBytes) {
      throw new ManyhandsError(
        "too-large",
        `A channel's message holds at most ${limits.maxChannelBytes} bytes: send it in parts.`,
      );
    }
    const { self, random, send } = this.#options;
    if (!this.#key) return;
    const plaintext = codec.encode((into) => {
      codec.writeVarString(into, name);
      codec.writeUint8Array(into, message);
    });
    send(seal(this.#key, associated(self), plaintext, random), to);
  }

  #call(listener: ChannelListener, message: Uint8Array, from: PeerId): void {
    try {
      listener(message, from);
    } catch (error) {
      this.#options.onListenerError(error);
    }
  }
}
