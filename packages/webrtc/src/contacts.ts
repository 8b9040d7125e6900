import { lanes, type PeerId, type TransportRoom } from "@manyhands/core";
import { backOffMs, spread } from "./back-off.js";
import { type ChannelLabel, channelInit, formatLabel } from "./channel-label.js";
import type { Connection } from "./connection.js";
import { type Contact, createContact } from "./contact.js";
import type { Endpoint, EndpointRoom } from "./endpoint.js";
import { toHex } from "./hex.js";
import { LanesLink, type LinkEnd } from "./lanes-link.js";
import { webrtcLimits } from "./limits.js";
import type { ConnectionId, EndpointId, SignalBody } from "./messages.js";

export interface ContactsOptions {
  readonly room: TransportRoom;
  readonly tag: string;
  readonly endpoint: Endpoint;
  readonly asRoom: () => EndpointRoom;
  /** Tells one peer that this one has no link with it. */
  announceTo(peer: PeerId, connection: ConnectionId | undefined): void;
  onLinks(count: number): void;
}

type Announce = Extract<SignalBody, { readonly type: "announce" }>;

/** The other peers of one room: dials those it should, answers those that dial, tries again with back-off. */
export class Contacts {
  readonly #options: ContactsOptions;
  readonly #room: TransportRoom;
  readonly #endpoint: Endpoint;
  readonly #contacts: Map<PeerId, Contact> = new Map();
  #closed = false;

  constructor(options: ContactsOptions) {
    this.#options = options;
    this.#room = options.room;
    this.#endpoint = options.endpoint;
  }

  get openLinks(): number {
    return [...this.#contacts.values()].filter(({ link }) => link?.isOpen).length;
  }

  /** A peer said that it is here. */
  announced(peer: PeerId, endpoint: EndpointId, seq: number, announce: Announce): void {
    const contact = this.#heard(peer, endpoint);
    if (!contact) return;
    const fresh = seq > contact.announceSeq;
    contact.announceSeq = Math.max(contact.announceSeq, seq);
    if (contact.link) {
      this.#doubt(contact, contact.link, fresh ? announce : undefined);
      return;
    }
    if (this.#dials(contact)) {
      if (announce.urgent || !contact.cancelTimer) this.#attempt(contact);
    } else if (announce.to === undefined) {
      this.#answer(contact);
    }
  }

  /** A peer left the room. */
  left(peer: PeerId, endpoint: EndpointId): void {
    const contact = this.#contacts.get(peer);
    if (!contact || contact.endpoint !== endpoint) return;
    this.#forget(contact, "the peer left");
    this.#endpoint.releasePeer(endpoint, this.#options.asRoom());
  }

  /** The other end opens a link over `connection`; undefined refuses it. */
  accept(label: ChannelLabel, connection: Connection): LanesLink | undefined {
    const contact = this.#heard(label.from, connection.remote);
    if (!contact || contact.endpoint !== connection.remote) return undefined;
    // The end that dials knows best whether the old link still lives.
    const replaces = contact.link !== undefined;
    contact.link?.close("replaced by a new link");
    if (!replaces && !this.#room.wantsLink(label.from)) return undefined;
    return this.#begin(contact, connection, label.link);
  }

  /** Tries everyone who is not linked, without waiting. */
  wake(): void {
    for (const contact of [...this.#contacts.values()]) {
      if (contact.link && !contact.link.alive) contact.link.close("found closed");
      if (!contact.link) this.#attempt(contact);
    }
  }

  close(reason: string): void {
    this.#closed = true;
    for (const contact of [...this.#contacts.values()]) this.#forget(contact, reason);
  }

  /** The larger endpoint dials: both ends know it without a word. */
  #dials(contact: Contact): boolean {
    return this.#endpoint.id > contact.endpoint;
  }

  #heard(peer: PeerId, endpoint: EndpointId): Contact | undefined {
    if (this.#closed) return undefined;
    const now = this.#room.clock.now();
    const known = this.#contacts.get(peer);
    if (known) {
      if (known.endpoint !== endpoint) {
        // Nobody takes over a peer that is linked.
        if (known.link?.alive) return undefined;
        known.endpoint = endpoint;
        known.announceSeq = -1;
      }
      known.heardAt = now;
      return known;
    }
    if (this.#contacts.size >= webrtcLimits.maxContacts && !this.#forgetOldest()) return undefined;
    const contact = createContact(peer, endpoint, now);
    this.#contacts.set(peer, contact);
    return contact;
  }

  /** There is a link, and its peer was heard announcing: does it know of the link? `announce` is undefined if it is an old one. */
  #doubt(contact: Contact, link: LanesLink, announce: Announce | undefined): void {
    if (!link.alive) {
      link.close("found closed");
      return;
    }
    if (!link.isOpen) {
      const { connection } = contact;
      if (connection?.opened && announce?.to !== undefined && announce.connection !== connection.id) {
        connection.close("the other end lost the connection");
      } else connection?.remind();
      return;
    }
    const age = Math.abs(this.#room.clock.now() - contact.openedAt);
    if (announce?.to === undefined || age < webrtcLimits.doubtMs) return;
    if (announce.connection === contact.connection?.id) link.close("the other end lost the link");
    else contact.connection?.close("the other end lost the connection");
  }

  /** The other end is to dial: lets it know that it should. */
  #answer(contact: Contact): void {
    const now = this.#room.clock.now();
    const { answeredAt } = contact;
    if (answeredAt !== undefined && Math.abs(now - answeredAt) < webrtcLimits.quietMs) return;
    if (!this.#room.wantsLink(contact.peer)) return;
    const connection = this.#endpoint.connectionTo(contact.endpoint);
    // It dials already.
    if (connection && !connection.opened) return;
    contact.answeredAt = now;
    this.#options.announceTo(contact.peer, connection?.id);
  }

  #attempt(contact: Contact): void {
    contact.cancelTimer?.();
    contact.cancelTimer = undefined;
    if (this.#closed || contact.link || this.#contacts.get(contact.peer) !== contact) return;
    if (Math.abs(this.#room.clock.now() - contact.heardAt) > webrtcLimits.contactMs) {
      this.#forget(contact, "not heard any more");
      return;
    }
    if (!this.#room.wantsLink(contact.peer)) {
      this.#later(contact, webrtcLimits.unwantedMs);
      return;
    }
    if (!this.#dials(contact)) {
      this.#answer(contact);
      this.#later(contact, this.#backOffMs(contact.failures++));
      return;
    }
    const connection = this.#endpoint.dial(contact.endpoint, this.#options.asRoom(), contact.peer);
    if (typeof connection === "number") {
      this.#later(contact, connection);
      return;
    }
    this.#openLanes(contact, connection);
  }

  #openLanes(contact: Contact, connection: Connection): void {
    const { peer } = contact;
    const id = toHex(this.#room.random.bytes(8));
    const link = this.#begin(contact, connection, id);
    connection.withRtc((rtc) => {
      if (contact.link !== link) return;
      try {
        for (const lane of lanes) {
          const label = formatLabel({
            tag: this.#options.tag,
            link: id,
            lane,
            from: this.#room.self,
            to: peer,
          });
          link.attach(lane, rtc.createDataChannel(label, channelInit(lane)));
        }
      } catch {
        link.close("no channel could be made");
      }
    });
  }

  #begin(contact: Contact, connection: Connection, id: string): LanesLink {
    contact.cancelTimer?.();
    const link = new LanesLink({
      peer: contact.peer,
      initiator: connection.initiator,
      id,
      binding: () => connection.binding,
      owner: {
        onReady: () => this.#ready(contact, connection, link),
        onEnd: (_, end) => this.#ended(contact, connection, link, end),
      },
    });
    contact.link = link;
    contact.connection = connection;
    connection.links.add(link);
    connection.linksChanged();
    // A new connection has a deadline of its own, which ends its links; this one is for channels that do not open.
    const { channelsMs, connectMs, iceServersMs } = webrtcLimits;
    contact.cancelTimer = this.#room.clock.setTimer(
      () => connection.close("channels do not open"),
      connection.opened ? channelsMs : iceServersMs + connectMs + channelsMs,
    );
    return link;
  }

  #ready(contact: Contact, connection: Connection, link: LanesLink): void {
    contact.cancelTimer?.();
    contact.cancelTimer = undefined;
    if (this.#closed || contact.link !== link) {
      link.close("not wanted any more");
      return;
    }
    connection.markOpened();
    this.#endpoint.markReached(contact.endpoint);
    contact.openedAt = this.#room.clock.now();
    if (!this.#room.wantsLink(contact.peer)) {
      link.close("not wanted any more");
      return;
    }
    this.#options.onLinks(this.openLinks);
    this.#room.logger.log("info", "webrtc link opened", { peer: contact.peer, initiator: link.initiator });
    try {
      this.#room.onLink(link);
    } catch (cause) {
      this.#room.logger.log("error", "the room failed to take a link", { cause });
      link.close("the room failed to take it");
    }
  }

  #ended(contact: Contact, connection: Connection, link: LanesLink, end: LinkEnd): void {
    connection.links.delete(link);
    connection.linksChanged();
    // Tells the other end, which may not see it: browsers keep a connection "connected" whose other end is gone.
    if (connection.dead) connection.close("found closed");
    if (contact.link !== link) return;
    contact.link = undefined;
    contact.connection = undefined;
    const { peer } = contact;
    this.#room.logger.log("info", "webrtc link ended", { peer, reason: end.reason });
    if (this.#closed || this.#contacts.get(peer) !== contact) return;
    this.#later(contact, this.#waitAfter(contact, connection, end));
    this.#options.onLinks(this.openLinks);
  }

  /** How long to wait after a link ended. */
  #waitAfter(contact: Contact, connection: Connection, end: LinkEnd): number {
    const age = Math.abs(this.#room.clock.now() - contact.openedAt);
    const refused = end.wasOpen && !connection.dead && age < webrtcLimits.steadyLinkMs;
    if (end.wasOpen && !refused) contact.failures = 0;
    const first = end.wasOpen && contact.failures === 0;
    if (!end.wasOpen || refused) contact.failures++;
    return first
      ? spread(webrtcLimits.redialMs * 0.8, this.#room.random)
      : this.#backOffMs(contact.failures - 1);
  }

  #backOffMs(attempt: number): number {
    return backOffMs(attempt, webrtcLimits.retryFirstMs, webrtcLimits.retryMaxMs, this.#room.random);
  }

  #later(contact: Contact, delayMs: number): void {
    contact.cancelTimer?.();
    contact.cancelTimer = this.#room.clock.setTimer(() => this.#attempt(contact), delayMs);
  }

  #forgetOldest(): boolean {
    const unlinked = [...this.#contacts.values()].filter(({ link }) => !link);
    const oldest = unlinked.reduce<Contact | undefined>(
      (least, each) => (!least || each.heardAt < least.heardAt ? each : least),
      undefined,
    );
    if (oldest) this.#forget(oldest, "too many peers");
    return oldest !== undefined;
  }

  #forget(contact: Contact, reason: string): void {
    this.#contacts.delete(contact.peer);
    contact.cancelTimer?.();
    contact.cancelTimer = undefined;
    contact.link?.close(reason);
    this.#options.onLinks(this.openLinks);
  }
}
