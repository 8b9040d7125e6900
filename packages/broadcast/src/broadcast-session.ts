import type { PeerId, TransportRoom, TransportSession } from "@manyhands/core";
import { bytesToHex } from "@noble/hashes/utils.js";
import { BroadcastLink } from "./broadcast-link.js";
import type { ChannelLike, OpenChannel } from "./channel.js";
import { limits } from "./limits.js";
import { linkBinding } from "./link-binding.js";
import { parseLinkMessage, parseRoomMessage, type RoomMessage } from "./message.js";
import { holdTabLock, type LocksLike, watchTabLock } from "./tab-lock.js";

/** Another tab of the room. */
interface KnownTab {
  readonly peer: PeerId;
  /** It holds its lock, so that its end can be seen at once. */
  locked: boolean;
  link: BroadcastLink | undefined;
  /** The attempt at a link that is under way, and what ends it. */
  attempt: { readonly link: string; cancel(): void } | undefined;
  /** Ends the wait for the next try. */
  cancelRetry: (() => void) | undefined;
  /** Links in a row that did not live long, and tries since the tab was heard. */
  failures: number;
  tries: number;
}

export interface BroadcastSessionOptions {
  readonly room: TransportRoom;
  readonly openChannel: OpenChannel;
  readonly locks: LocksLike | undefined;
}

/**
 * One room among the tabs: all say hello on the room's channel, of two the one with the larger `PeerId` offers a link, and
 * the link has a channel of its own, so that other tabs need not look at its frames.
 */
export class BroadcastSession implements TransportSession {
  readonly #room: TransportRoom;
  readonly #openChannel: OpenChannel;
  readonly #locks: LocksLike | undefined;
  readonly #channel: ChannelLike;
  readonly #releaseLock: () => void;
  readonly #tabs = new Map<PeerId, KnownTab>();
  readonly #links = new Set<BroadcastLink>();
  /** What is known of our own lock; until then the room's channel is not listened to. */
  #locked: boolean | undefined;
  #closed = false;

  constructor({ room, openChannel, locks }: BroadcastSessionOptions) {
    this.#room = room;
    this.#openChannel = openChannel;
    this.#locks = locks;
    this.#channel = openChannel(channelName(room.topic));
    this.#channel.onmessage = ({ data }) => this.#receive(data);
    this.#releaseLock = holdTabLock(locks, room.self, room.clock, (locked) => {
      this.#locked = locked;
      this.#post({ kind: "hello", from: room.self, locked });
    });
  }

  wake(): void {
    if (this.#closed || this.#locked === undefined) return;
    for (const link of [...this.#links]) link.check();
    this.#post({ kind: "hello", from: this.#room.self, locked: this.#locked });
    for (const tab of [...this.#tabs.values()]) {
      tab.failures = 0;
      tab.tries = 0;
      if (!tab.link) this.#dial(tab);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const link of [...this.#links]) link.close("the room was closed");
    for (const tab of [...this.#tabs.values()]) this.#forget(tab);
    this.#post({ kind: "leave", from: this.#room.self });
    this.#channel.onmessage = null;
    this.#channel.close();
    this.#releaseLock();
  }

  #receive(data: unknown): void {
    const message = parseRoomMessage(data);
    const { self } = this.#room;
    if (!message || message.from === self || this.#locked === undefined) return;
    if ("to" in message && message.to !== self) return;
    const tab = this.#tabOf(message);
    if (!tab) return;
    tab.tries = 0;
    switch (message.kind) {
      case "hello":
        if (!message.to) this.#welcome(tab);
        this.#dial(tab);
        break;
      case "welcome":
        this.#dial(tab);
        break;
      case "offer":
        if (self < tab.peer) this.#accept(tab, message.link);
        break;
      case "leave":
        this.#forget(tab);
        break;
      default:
        message satisfies never;
    }
  }

  /** Tells a tab that has just come that it is to dial us. */
  #welcome(tab: KnownTab): void {
    const { self } = this.#room;
    if (self < tab.peer && this.#mayLink(tab))
      this.#post({ kind: "welcome", from: self, to: tab.peer, locked: this.#locked ?? false });
  }

  #tabOf(message: RoomMessage): KnownTab | undefined {
    const peer = message.from;
    const known = this.#tabs.get(peer);
    if (known && message.kind !== "leave") known.locked = message.locked;
    if (known || message.kind === "leave" || !this.#hasRoomForTab()) return known;
    const tab: KnownTab = {
      peer,
      locked: message.locked,
      link: undefined,
      attempt: undefined,
      cancelRetry: undefined,
      failures: 0,
      tries: 0,
    };
    this.#tabs.set(peer, tab);
    return tab;
  }

  /** True when one more tab may be known; of those with which nothing goes on the oldest makes room. */
  #hasRoomForTab(): boolean {
    if (this.#tabs.size < limits.maxKnownTabs) return true;
    const idle = [...this.#tabs.values()].find((tab) => !tab.link && !tab.attempt && !tab.cancelRetry);
    if (idle) this.#forget(idle);
    return idle !== undefined;
  }

  /** Offers a link, if that is ours to do and nothing speaks against it. */
  #dial(tab: KnownTab): void {
    const { self, random } = this.#room;
    if (self < tab.peer) return;
    // Who speaks while an offer waits may not have heard it: not listening yet, or not wanting links then.
    if (tab.attempt) this.#offer(tab, tab.attempt.link);
    if (!this.#mayLink(tab)) return;
    const link = bytesToHex(random.bytes(16));
    this.#attempt(tab, link, "accept", (channel) => {
      channel.postMessage({ kind: "open" });
      this.#adopt(tab, link, channel);
    });
    this.#offer(tab, link);
  }

  #offer(tab: KnownTab, link: string): void {
    this.#post({ kind: "offer", from: this.#room.self, to: tab.peer, locked: this.#locked ?? false, link });
  }

  #accept(tab: KnownTab, link: string): void {
    if (tab.attempt?.link === link) return;
    // Another offer means that the first attempt is over at the other end.
    tab.attempt?.cancel();
    if (!this.#mayLink(tab)) return;
    const channel = this.#attempt(tab, link, "open", (opened) => this.#adopt(tab, link, opened));
    channel.postMessage({ kind: "accept", locked: this.#locked ?? false });
  }

  #mayLink(tab: KnownTab): boolean {
    return !this.#closed && !tab.link && !tab.attempt && this.#room.wantsLink(tab.peer);
  }

  /** Opens a link's channel and waits there for one message; gives up after a while and tries again later. */
  #attempt(
    tab: KnownTab,
    link: string,
    awaited: "accept" | "open",
    proceed: (channel: ChannelLike) => void,
  ): ChannelLike {
    tab.cancelRetry?.();
    tab.cancelRetry = undefined;
    const channel = this.#openChannel(channelName(this.#room.topic, link));
    const end = () => {
      cancelDeadline();
      tab.attempt = undefined;
      channel.onmessage = null;
    };
    const giveUp = () => {
      end();
      channel.close();
    };
    const cancelDeadline = this.#room.clock.setTimer(() => {
      giveUp();
      this.#retryLater(tab);
    }, limits.offerMs);
    tab.attempt = { link, cancel: giveUp };
    channel.onmessage = ({ data }) => {
      const message = parseLinkMessage(data);
      if (message?.kind === "bye") {
        giveUp();
        this.#retryLater(tab);
      } else if (message?.kind === awaited) {
        end();
        proceed(channel);
      }
    };
    return channel;
  }

  #adopt(tab: KnownTab, link: string, channel: ChannelLike): void {
    const { self, clock, logger } = this.#room;
    const { peer } = tab;
    const locks = this.#locks;
    const cancelStable = clock.setTimer(() => {
      tab.failures = 0;
    }, limits.stableMs);
    const adopted = new BroadcastLink({
      peer,
      initiator: self > peer,
      binding: linkBinding(self, peer, link),
      channel,
      clock,
      logger,
      watch: locks && tab.locked ? (onDead) => watchTabLock(locks, peer, onDead) : undefined,
      onEnd: () => {
        cancelStable();
        this.#links.delete(adopted);
        tab.link = undefined;
        tab.failures++;
        this.#retryLater(tab);
      },
    });
    tab.link = adopted;
    tab.tries = 0;
    this.#links.add(adopted);
    if (this.#room.wantsLink(peer)) this.#room.onLink(adopted);
    else adopted.close("not wanted any more");
  }

  /** After a wait: offers a link, or says hello to the tab that has to; forgets a tab that stays silent. */
  #retryLater(tab: KnownTab): void {
    if (this.#closed || tab.cancelRetry || this.#tabs.get(tab.peer) !== tab) return;
    if (tab.tries >= limits.maxTries) {
      this.#forget(tab);
      return;
    }
    const { clock, random, self } = this.#room;
    const doubled = limits.retryMs * 2 ** Math.min(16, Math.max(tab.tries, tab.failures - 1));
    const delayMs = Math.min(limits.maxRetryMs, doubled) * (0.75 + random.fraction() / 2);
    tab.cancelRetry = clock.setTimer(() => {
      tab.cancelRetry = undefined;
      tab.tries++;
      this.#dial(tab);
      if (tab.link || tab.attempt) return;
      if (self < tab.peer && this.#room.wantsLink(tab.peer))
        this.#post({ kind: "hello", from: self, to: tab.peer, locked: this.#locked ?? false });
      this.#retryLater(tab);
    }, delayMs);
  }

  #forget(tab: KnownTab): void {
    this.#tabs.delete(tab.peer);
    tab.attempt?.cancel();
    tab.cancelRetry?.();
    tab.cancelRetry = undefined;
  }

  #post(message: RoomMessage): void {
    try {
      this.#channel.postMessage(message);
    } catch (cause) {
      this.#room.logger.log("warn", "broadcast.post-failed", { cause });
    }
  }
}

// The number is the protocol's: another one cannot be understood, so it is not heard.
const channelName = (topic: string, link?: string): string =>
  link === undefined ? `manyhands/1/${topic}` : `manyhands/1/${topic}/${link}`;
