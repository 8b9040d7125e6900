import {
  idBytes,
  type JournalId,
  journalIdOf,
  type PeerId,
  peerIdOf,
  type SessionId,
  sessionIdOf,
} from "../ids.js";
import { encodeFrontier, type Frontier, readFrontier } from "../journal/frontier.js";
import { limits } from "../limits.js";
import * as codec from "../wire/codec.js";

/** Everything that proved neighbours say to each other. */
export type Message =
  /** "This is what I hold, in 32 bytes." `durable`: all of it rests on a disk. */
  | {
      readonly type: "digest";
      readonly journal: JournalId;
      readonly digest: Uint8Array;
      readonly durable: boolean;
    }
  /** "This is what I hold." `want`: "send what I lack, then `end`." */
  | {
      readonly type: "frontier";
      readonly journal: JournalId;
      readonly frontier: Frontier;
      readonly durable: boolean;
      readonly want: boolean;
    }
  /** Blocks of one journal. */
  | { readonly type: "blocks"; readonly journal: JournalId; readonly blocks: readonly Uint8Array[] }
  /** "All that your frontier lacked has been sent." */
  | { readonly type: "end"; readonly journal: JournalId }
  /** "I do not keep that document." */
  | { readonly type: "absent"; readonly journal: JournalId }
  /** "These chains of yours are in my store, up to here." */
  | { readonly type: "receipt"; readonly journal: JournalId; readonly stored: ReadonlyMap<SessionId, number> }
  /** Who I am linked to. */
  | { readonly type: "links"; readonly peers: readonly PeerId[] }
  /** Sealed presence of the sender. */
  | { readonly type: "presence"; readonly sealed: Uint8Array }
  /** A sealed message of a channel. */
  | { readonly type: "channel"; readonly sealed: Uint8Array }
  | { readonly type: "ping" }
  | { readonly type: "pong" };

/** The wire numbers of the types, by position; new ones go to the end. */
const types: readonly Message["type"][] = [
  "digest",
  "frontier",
  "blocks",
  "end",
  "absent",
  "receipt",
  "links",
  "presence",
  "channel",
  "ping",
  "pong",
];

export const encodeMessage = (message: Message): Uint8Array =>
  codec.encode((to) => {
    codec.writeUint8(to, types.indexOf(message.type));
    if ("journal" in message) codec.writeUint8Array(to, idBytes(message.journal));
    switch (message.type) {
      case "digest":
        codec.writeUint8(to, flagsOf(message));
        codec.writeUint8Array(to, message.digest);
        return;
      case "frontier":
        codec.writeUint8(to, flagsOf(message));
        codec.writeUint8Array(to, encodeFrontier(message.frontier));
        return;
      case "blocks":
        codec.writeVarUint(to, message.blocks.length);
        for (const block of message.blocks) codec.writeVarUint8Array(to, block);
        return;
      case "receipt":
        codec.writeVarUint(to, message.stored.size);
        for (const [session, seq] of message.stored) {
          codec.writeUint8Array(to, idBytes(session));
          codec.writeVarUint(to, seq);
        }
        return;
      case "links":
        codec.writeVarUint(to, message.peers.length);
        for (const peer of message.peers) codec.writeUint8Array(to, idBytes(peer));
        return;
      case "presence":
      case "channel":
        codec.writeUint8Array(to, message.sealed);
        return;
      case "end":
      case "absent":
      case "ping":
      case "pong":
        return;
      default:
        message satisfies never;
    }
  });

const flagsOf = (message: { readonly durable: boolean; readonly want?: boolean }): number =>
  (message.durable ? 1 : 0) | (message.want ? 2 : 0);

/** Reads a message from a neighbour; `undefined` when it is not one. Never throws. */
export const decodeMessage = (bytes: Uint8Array): Message | undefined =>
  codec.decode(bytes, (from): Message => {
    const type = types[codec.readUint8(from)] ?? codec.refuse("unknown type");
    const journal = () => journalIdOf(codec.readBytes(from, 16));
    switch (type) {
      case "digest":
        return {
          type,
          journal: journal(),
          durable: readFlags(from).durable,
          digest: codec.readBytes(from, 32),
        };
      case "frontier":
        return { type, journal: journal(), ...readFlags(from), frontier: readFrontier(from) };
      case "blocks":
        return {
          type,
          journal: journal(),
          blocks: readList(from, 1, () => codec.readSized(from, limits.maxBlockBytes)),
        };
      case "end":
      case "absent":
        return { type, journal: journal() };
      case "receipt":
        return {
          type,
          journal: journal(),
          stored: new Map(
            readList(from, 17, () => [sessionIdOf(codec.readBytes(from, 16)), codec.readVarUint(from)]),
          ),
        };
      case "links":
        return { type, peers: readList(from, 16, () => peerIdOf(codec.readBytes(from, 16))) };
      case "presence":
      case "channel":
        return { type, sealed: codec.readRest(from) };
      case "ping":
      case "pong":
        return { type };
      default:
        return type satisfies never;
    }
  });

const readFlags = (from: codec.Decoder): { durable: boolean; want: boolean } => {
  const flags = codec.readUint8(from);
  if (flags > 3) codec.refuse("unknown flags");
  return { durable: (flags & 1) !== 0, want: (flags & 2) !== 0 };
};

const readList = <Entry>(from: codec.Decoder, minEntryBytes: number, read: () => Entry): Entry[] =>
  Array.from({ length: codec.readCount(from, limits.maxSessions, minEntryBytes) }, read);
