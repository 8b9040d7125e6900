import type { DeviceId, JournalId, PeerId, SessionId } from "../ids.js";
import type { SealedBlock } from "../journal/chain-writer.js";
import type { AcceptedBlock, Refusal } from "../journal/journal.js";
import { limits } from "../limits.js";
import type { Lane, Link } from "../ports/transport.js";
import { BanList } from "./ban-list.js";
import type { Replica } from "./chain-stream.js";
import { isForwarder } from "./choose-forwarder.js";
import type { ProvedPeer } from "./handshake.js";
import { type JournalMessage, JournalSync } from "./journal-sync.js";
import type { MeshOptions, PassingKind } from "./mesh-options.js";
import type { Message } from "./messages.js";
import { Neighbour } from "./neighbour.js";
import { PullTurn } from "./pull-turn.js";
import { ReceiptBook, type Required } from "./receipt-book.js";
import { ReceiptSender } from "./receipt-sender.js";

/** A proved neighbour and all that is said with it. */
interface Member {
  readonly neighbour: Neighbour;
  readonly peer: ProvedPeer;
  readonly syncs: Map<JournalId, JournalSync>;
  readonly receipts: ReceiptSender;
  links: ReadonlySet<PeerId>;
}

interface Attached {
  readonly replica: Replica;
  readonly turn: PullTurn;
}

/** Links between tabs of one browser cost least. */
const rankOf = (link: Link): number => (link.transport === "broadcast" ? 0 : 1);
/** What honest neighbours pass on in good faith: of an author that forks its chain each holds another branch. */
const relayed: readonly Refusal[] = ["fork", "broken-chain", "too-many"];
/** After somebody lost a link, this long later digests show what got lost with it. */
const repairMs = 1_000;

/** Who is linked to whom, and how blocks spread. The only place that knows the topology. */
export class Mesh {
  readonly #options: MeshOptions;
  readonly #neighbours = new Map<PeerId, Neighbour>();
  /** Links that would replace a proved one, until they are proved themselves. */
  readonly #candidates = new Map<PeerId, Neighbour>();
  readonly #members = new Map<PeerId, Member>();
  readonly #attached = new Map<JournalId, Attached>();
  readonly #receipts = new ReceiptBook();
  readonly #bans: BanList;
  #cancelDigest: () => void;
  #cancelRepair: (() => void) | undefined;
  #closed = false;

  constructor(options: MeshOptions) {
    this.#options = options;
    this.#bans = new BanList(options.clock);
    this.#cancelDigest = () => undefined;
    this.#scheduleDigest();
  }

  /** Whether a link to that peer would serve. */
  wantsLink(peer: PeerId): boolean {
    if (this.#closed || peer === this.#options.self || this.#bans.has(peer)) return false;
    return !this.#neighbours.has(peer) && this.#neighbours.size < limits.maxLinks;
  }

  /** Takes a link that a transport opened: proves it, or closes it. */
  take(link: Link): void {
    const existing = this.#neighbours.get(link.peer);
    // A transport may have dialled before the room was full, or before it refused that peer.
    const isWanted = existing ? rankOf(existing.link) >= rankOf(link) : this.wantsLink(link.peer);
    if (this.#closed || !isWanted) {
      link.close("redundant");
      return;
    }
    const { self, session, keys, signatures, random, clock } = this.#options;
    const { initiator, binding, peer: expected } = link;
    const handshake = { self, expected, session, keys, signatures, random, initiator, binding };
    const neighbour = new Neighbour(link, handshake, clock, {
      onProved: (proved, peer) => this.#onProved(proved, peer),
      onMessage: (from, message) => this.#onMessage(from, message),
      onClosed: (closed, reason) => this.#onClosed(closed, reason),
    });
    // A second link comes when the first is dead, or from somebody who took the name: whoever is proved stays until it proves.
    if (existing?.proved) {
      this.#candidates.get(link.peer)?.close("replaced");
      this.#candidates.set(link.peer, neighbour);
      return;
    }
    existing?.close("replaced");
    this.#neighbours.set(link.peer, neighbour);
  }

  /** Begins to sync a document with every neighbour that keeps it. */
  attach(replica: Replica): void {
    const attached = { replica, turn: new PullTurn() };
    this.#attached.set(replica.journal.id, attached);
    for (const member of this.#members.values()) this.#begin(member, attached);
  }

  detach(journal: JournalId): void {
    this.#attached.delete(journal);
    for (const member of this.#members.values()) {
      member.syncs.get(journal)?.close();
      member.syncs.delete(journal);
    }
  }

  /** Sends new blocks to whoever gets them from us: own ones to all, those of `from` to whom nobody else brings them. */
  spread(journal: JournalId, session: SessionId, blocks: readonly SealedBlock[], from?: PeerId): void {
    for (const [id, member] of this.#members) {
      const sync = member.syncs.get(journal);
      if (!sync) continue;
      if (id === from) for (const { seq } of blocks) sync.noteHeld(session, seq);
      else if (!from || this.#forwards(from, id)) sync.offer(session, blocks);
    }
  }

  /** Blocks of others reached our disk: their authors hear of it. */
  confirmStored(journal: JournalId, blocks: readonly AcceptedBlock[]): void {
    for (const member of this.#members.values()) {
      for (const { session, seq } of blocks) {
        if (session === member.peer.session) member.receipts.add(journal, session, seq);
      }
    }
  }

  /** Counts what a neighbour sent and no honest one would have sent on. */
  noteRefused(from: PeerId, refused: readonly Refusal[]): void {
    for (const reason of refused) {
      if (!relayed.includes(reason)) this.#neighbours.get(from)?.strike(reason);
    }
  }

  /** What a neighbour sent waits for something: find out what is missing. */
  noteIncomplete(journal: JournalId, from: PeerId): void {
    this.#members.get(from)?.syncs.get(journal)?.askSoon();
  }

  /** Sends to one neighbour, or to all, what nobody keeps. */
  pass(kind: PassingKind, lane: Lane, sealed: Uint8Array, to?: PeerId): void {
    for (const [id, { neighbour }] of this.#members) {
      if (to !== undefined && to !== id) continue;
      if (neighbour.hasRoomForLive) neighbour.send(lane, { type: kind, sealed });
      else this.#options.logger.log("warn", "mesh.passing-dropped", { kind, peer: id });
    }
  }

  /** Proved peers, in the order in which they came. */
  peers(): { readonly peer: ProvedPeer; readonly transport: string; readonly synced: boolean }[] {
    return [...this.#members.values()].map(({ peer, neighbour, syncs }) => ({
      peer,
      transport: neighbour.link.transport,
      synced: [...syncs.values()].every((sync) => sync.isSynced),
    }));
  }

  /** How far everything that is being fetched has come, in blocks; undefined while nothing is. */
  progress(): { readonly received: number; readonly total: number } | undefined {
    const all = [...this.#members.values()]
      .flatMap(({ syncs }) => [...syncs.values()])
      .flatMap((sync) => sync.progress ?? []);
    const total = all.reduce((sum, { of }) => sum + of, 0);
    return total > 0
      ? { received: total - all.reduce((sum, { missing }) => sum + missing, 0), total }
      : undefined;
  }

  /** Other devices whose stores hold all of it, as they have said; our own tabs share our disk and count for nothing. */
  devicesHolding(required: Required): DeviceId[] {
    return this.#receipts.devicesHolding(required);
  }

  /** After a sleep or a change of network: who is still there? */
  wake(): void {
    for (const { neighbour } of this.#members.values()) neighbour.probe();
  }

  close(): void {
    this.#closed = true;
    this.#cancelDigest();
    this.#cancelRepair?.();
    this.#bans.close();
    for (const neighbour of [...this.#candidates.values(), ...this.#neighbours.values()])
      neighbour.close("closed");
  }

  #onProved(neighbour: Neighbour, peer: ProvedPeer): void {
    if (this.#candidates.get(neighbour.id) === neighbour) {
      this.#candidates.delete(neighbour.id);
      this.#neighbours.get(neighbour.id)?.close("replaced");
      this.#neighbours.set(neighbour.id, neighbour);
    }
    const receipts = new ReceiptSender(this.#options.clock, (journal, stored) =>
      neighbour.send("live", { type: "receipt", journal, stored }),
    );
    const member: Member = { neighbour, peer, syncs: new Map(), receipts, links: new Set() };
    this.#members.set(peer.peer, member);
    for (const attached of this.#attached.values()) this.#begin(member, attached);
    this.#tellLinks();
    this.#options.logger.log("info", "mesh.peer", { peer: peer.peer, transport: neighbour.link.transport });
    this.#options.events.onPeer(peer);
    this.#options.events.onChange();
  }

  #onClosed(neighbour: Neighbour, reason: string): void {
    const { logger, events } = this.#options;
    logger.log("info", "mesh.link-closed", { peer: neighbour.id, reason });
    if (this.#candidates.get(neighbour.id) === neighbour) {
      this.#candidates.delete(neighbour.id);
      return;
    }
    if (this.#neighbours.get(neighbour.id) !== neighbour) return;
    this.#neighbours.delete(neighbour.id);
    if (neighbour.isStruckOut) this.#bans.add(neighbour.id);
    const member = this.#members.get(neighbour.id);
    this.#members.delete(neighbour.id);
    for (const sync of member?.syncs.values() ?? []) sync.close();
    member?.receipts.close();
    if (reason === "wrong-secret" || reason === "bad-signature") events.onLinkFailed(reason);
    if (!member) return;
    this.#tellLinks();
    events.onPeerLeft(member.peer);
    events.onChange();
  }

  #begin(member: Member, { replica, turn }: Attached): void {
    const { clock, events, session: own } = this.#options;
    const journal = replica.journal.id;
    const sync = new JournalSync({
      neighbour: member.neighbour,
      replica,
      turn,
      clock,
      onChange: () => events.onChange(),
      onConfirmed: (session, seq) => {
        // Of all that is confirmed only this matters here: our own work on somebody else's disk.
        if (member.peer.device === own.device || replica.journal.deviceOf(session) !== own.device) return;
        this.#receipts.note(member.peer.device, journal, session, seq);
      },
      onCaughtUp: () => this.#greet(journal),
    });
    member.syncs.set(journal, sync);
    sync.greet();
  }

  #greet(journal: JournalId): void {
    for (const { syncs } of this.#members.values()) syncs.get(journal)?.greet();
  }

  #onMessage(from: Neighbour, message: Message): void {
    const member = this.#members.get(from.id);
    if (!member || member.neighbour !== from) return;
    switch (message.type) {
      case "links":
        this.#onLinks(member, new Set(message.peers));
        break;
      case "presence":
      case "channel":
        if (!this.#options.events.onPassing(message.type, member.peer, message.sealed))
          from.strike(`unreadable ${message.type}`);
        break;
      case "ping":
      case "pong":
        break;
      default:
        this.#onJournalMessage(member, message);
    }
  }

  #onJournalMessage(member: Member, message: JournalMessage): void {
    const sync = member.syncs.get(message.journal);
    if (sync) sync.receive(message);
    else if (message.type === "digest" || message.type === "frontier") {
      member.neighbour.send("live", { type: "absent", journal: message.journal });
    }
  }

  #onLinks(member: Member, links: ReadonlySet<PeerId>): void {
    const lost = [...member.links].some((peer) => !links.has(peer));
    member.links = links;
    if (!lost || this.#cancelRepair) return;
    this.#cancelRepair = this.#options.clock.setTimer(() => {
      this.#cancelRepair = undefined;
      for (const journal of this.#attached.keys()) this.#greet(journal);
    }, repairMs);
  }

  #tellLinks(): void {
    if (this.#closed) return;
    const peers = [...this.#members.keys()];
    for (const { neighbour } of this.#members.values()) neighbour.send("live", { type: "links", peers });
  }

  #forwards(from: PeerId, to: PeerId): boolean {
    return isForwarder(
      this.#options.self,
      from,
      to,
      this.#members.keys(),
      (peer) => this.#members.get(peer)?.links,
    );
  }

  /** The net under everything else; jitter keeps a room's devices from speaking all at once. */
  #scheduleDigest(): void {
    const { clock, random } = this.#options;
    const delayMs = limits.digestMs * (0.75 + random.fraction() / 2);
    this.#cancelDigest = clock.setTimer(() => {
      for (const journal of this.#attached.keys()) this.#greet(journal);
      this.#scheduleDigest();
    }, delayMs);
  }
}
