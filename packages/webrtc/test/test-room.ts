import {
  type Clock,
  type Lane,
  type Link,
  type Logger,
  type PeerId,
  parsePeerId,
  type Random,
  silentLogger,
  type Transport,
  type TransportRoom,
  type TransportSession,
  type TransportStatus,
} from "@manyhands/core";
import { toHex } from "../src/hex.js";

export interface TestLink {
  readonly link: Link;
  readonly frames: { readonly lane: Lane; readonly frame: Uint8Array }[];
  readonly closes: string[];
}

/** A room for tests: wants one link with everybody, and notes what comes. */
export interface TestRoom {
  readonly self: PeerId;
  readonly session: TransportSession;
  readonly links: TestLink[];
  readonly statuses: TransportStatus[];
  wants: (peer: PeerId) => boolean;
  openLink(peer: PeerId): TestLink | undefined;
}

const mark = 0x5e;

/** "Seals": members can read each other, and what does not begin with the mark is of no member. */
export const seal = (payload: Uint8Array): Uint8Array => Uint8Array.of(mark, ...payload);
export const unseal = (sealed: Uint8Array): Uint8Array | undefined =>
  sealed[0] === mark ? sealed.slice(1) : undefined;

/** Any text as a topic. */
export const topicOf = (name: string): string => name.padEnd(43, "_");

export const peerFrom = (random: Random): PeerId => {
  const peer = parsePeerId(toHex(random.bytes(16)));
  if (!peer) throw new Error("no peer id");
  return peer;
};

export const joinTestRoom = (options: {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly topic?: string;
  readonly logger?: Logger;
}): TestRoom => {
  const { transport, clock, random, topic = "room", logger = silentLogger } = options;
  const self = peerFrom(random);
  const links: TestLink[] = [];
  const statuses: TransportStatus[] = [];
  const openLink = (peer: PeerId): TestLink | undefined =>
    links.find(({ link, closes }) => link.peer === peer && closes.length === 0);
  const room: TransportRoom = {
    self,
    topic: topicOf(topic),
    clock,
    random,
    logger,
    seal,
    unseal,
    wantsLink: (peer) => made.wants(peer),
    onLink: (link) => {
      const entry: TestLink = { link, frames: [], closes: [] };
      links.push(entry);
      link.start({
        onFrame: (lane, frame) => entry.frames.push({ lane, frame }),
        onDrain: () => undefined,
        onClose: (reason) => entry.closes.push(reason),
      });
    },
    onStatus: (status) => statuses.push(status),
  };
  const wants = (peer: PeerId): boolean => !openLink(peer);
  const session = { current: undefined as TransportSession | undefined };
  const made: TestRoom = {
    self,
    links,
    statuses,
    wants,
    openLink,
    get session(): TransportSession {
      if (!session.current) throw new Error("not joined yet");
      return session.current;
    },
  };
  session.current = transport.join(room);
  return made;
};
