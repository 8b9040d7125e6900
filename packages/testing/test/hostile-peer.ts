import { type Link, type PeerId, silentLogger, type TransportSession } from "@manyhands/core";
import type { Guest, SeededRandom, World } from "@manyhands/testing";
import { blockIdOf, journalIdOf, peerIdOf, sessionIdOf } from "../../core/src/ids.js";
import { type ParsedBlock, parseBlock } from "../../core/src/journal/block.js";
import type { Dependency } from "../../core/src/journal/block-body.js";
import type { Frontier } from "../../core/src/journal/frontier.js";
import type { Message } from "../../core/src/mesh/messages.js";
import { deriveRoomKeys } from "../../core/src/sealing/room-keys.js";
import { JournalWorld } from "../../core/test/journal-world.js";
import { HostileAuthor } from "./hostile-author.js";
import { HostileLink } from "./hostile-link.js";

export interface HostileOptions {
  /**
   * Writes two blocks of one number for different peers. Off by default: nothing yet proves a fork to those who hold one
   * branch, so that honest replicas go on with different texts of that session.
   */
  readonly forks?: boolean;
}

/** Blocks of others that are remembered, to be repeated. */
const maxHeard = 200;
/** Name of its place in the network. */
const guestName = "the guest";

/**
 * A member who knows the secret and means no good: speaks the protocol under its own keys, writes now and then, and for
 * the rest forges, repeats, floods and lies.
 */
export class HostilePeer implements Guest {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #room: JournalWorld;
  readonly #forks: boolean;
  readonly #links = new Map<PeerId, HostileLink>();
  readonly #heard: Uint8Array[] = [];
  /** The newest frontier that anybody told. */
  #frontier: Frontier = new Map();
  #author: HostileAuthor | undefined;
  #seat: TransportSession | undefined;

  constructor(world: World, { forks = false }: HostileOptions = {}) {
    this.#world = world;
    this.#random = world.random.fork();
    this.#room = new JournalWorld(this.#random.between(1, 2 ** 32), "simulated room");
    this.#forks = forks;
  }

  async act(): Promise<string> {
    const author = this.#author;
    if (!author || this.#random.chance(0.1)) return await this.#enter();
    const link = this.#random.pick([...this.#links.values()].filter(({ isProved }) => isProved));
    if (!link) return "waits for somebody to link to";
    const misdeeds = this.#forks ? [...this.#misdeeds, this.#fork] : this.#misdeeds;
    return (await this.#random.pick(misdeeds)?.(link, author)) ?? "does nothing";
  }

  leave(): void {
    this.#seat?.close();
    this.#links.clear();
  }

  /** Comes, or comes again, as a device nobody knows. */
  async #enter(): Promise<string> {
    this.leave();
    const author = await this.#newAuthor();
    const { keys, signatures } = this.#room.context;
    const self = peerIdOf(this.#random.bytes(16));
    const identity = { self, session: author.session, keys, signatures, random: this.#random };
    this.#author = author;
    this.#seat = this.#world.network.transport(guestName).join({
      self,
      topic: keys.topic,
      clock: this.#world.clock,
      random: this.#random,
      logger: silentLogger,
      seal: (payload) => payload,
      unseal: (sealed) => sealed,
      wantsLink: (peer) => !this.#links.has(peer),
      onLink: (link) => this.#take(link, identity),
      onStatus: () => undefined,
    });
    return "comes under a new name";
  }

  #take(link: Link, identity: ConstructorParameters<typeof HostileLink>[1]): void {
    const taken = new HostileLink(link, identity, {
      onMessage: (message) => this.#listen(message),
      onClose: () => {
        if (this.#links.get(link.peer) === taken) this.#links.delete(link.peer);
      },
    });
    this.#links.set(link.peer, taken);
  }

  #listen(message: Message): void {
    if (message.type === "frontier") this.#frontier = message.frontier;
    if (message.type !== "blocks") return;
    this.#heard.push(...message.blocks);
    this.#heard.splice(0, this.#heard.length - maxHeard);
  }

  async #newAuthor(): Promise<HostileAuthor> {
    return new HostileAuthor(this.#room, await this.#room.session());
  }

  readonly #write = async (link: HostileLink, author: HostileAuthor): Promise<string> => {
    const block = await author.write("guest ");
    const readers = this.#random.chance(0.5) ? [link] : [...this.#links.values()];
    for (const reader of readers) this.#send(reader, [block]);
    return "writes something";
  };

  readonly #fork = async (link: HostileLink, author: HostileAuthor): Promise<string> => {
    const branches = [await author.fork("one "), await author.write("two ")];
    for (const [at, reader] of [link, ...this.#links.values()].entries())
      this.#send(reader, branches.slice(at % 2, (at % 2) + 1));
    return "says one thing here and another there";
  };

  /** Anything but forks. */
  readonly #misdeeds: readonly ((link: HostileLink, author: HostileAuthor) => Promise<string> | string)[] = [
    this.#write,
    this.#write,
    async (link, author) => {
      const victim = this.#victim();
      if (!victim) return "finds nobody to speak for";
      const header = { session: victim.session, seq: victim.seq + 1, prev: victim.idBytes };
      const signer = this.#random.chance(0.3) ? "nobody" : author.session;
      this.#send(link, [await author.forge({ header: { kind: "data", ...header }, signer })]);
      return "speaks for another";
    },
    (link) => {
      const blocks = this.#some(8).map((block) => {
        const changed = block.slice();
        const at = this.#random.between(0, changed.length - 1);
        changed[at] = (changed[at] ?? 0) ^ (1 << this.#random.between(0, 7));
        return changed;
      });
      this.#send(link, blocks);
      return "repeats blocks with a bit flipped";
    },
    (link) => {
      this.#send(link, this.#some(30));
      return "repeats old blocks";
    },
    async (link, author) => {
      const what = this.#random.pick(["journal", "room", "epoch"] as const) ?? "room";
      const forgeries = {
        journal: { header: { journal: journalIdOf(this.#random.bytes(16)) } },
        room: { keys: deriveRoomKeys(new Uint8Array(32).fill(8), "another room") },
        epoch: { header: { epoch: this.#random.bytes(16) } },
      };
      this.#send(link, [await author.forge(forgeries[what])]);
      return `passes on a block of another ${what}`;
    },
    async (link) => {
      const session = { ...(await this.#room.session()), certificate: new Uint8Array(64) };
      this.#send(link, [await new HostileAuthor(this.#room, session).write("nobody ")]);
      return "speaks for a device that does not vouch for it";
    },
    async (link) => {
      const stray = await this.#newAuthor();
      const count = this.#random.between(1, 40);
      for (let at = 0; at < count; at++) this.#send(link, [await stray.write("stray ", this.#nowhere())]);
      return `writes ${count} blocks that rest on what is nowhere`;
    },
    (link) => {
      const count = this.#random.between(1, 20);
      for (let at = 0; at < count; at++) {
        const frame = this.#random.bytes(this.#random.between(1, 200));
        // A frame that another follows, and none that does not: then the joiner sees rubbish, or the message does.
        if (this.#random.chance(0.8)) frame[0] = 0;
        link.link.send(this.#random.pick(["live", "bulk", "now"] as const) ?? "live", frame);
      }
      return `sends ${count} frames of rubbish`;
    },
    (link) => {
      for (const lie of this.#lies()) link.tell(lie);
      return "lies about what it holds";
    },
  ];

  /** What it holds, what it stored and whom it knows: nothing of it true. */
  #lies(): Message[] {
    const journal = this.#room.journalId;
    const random = this.#random;
    const durable = random.chance(0.5);
    const grown = [...this.#frontier].map(([session, { seq }]) => {
      const far = seq + random.between(0, 1_000);
      return [session, { seq: far, id: blockIdOf(random.bytes(32)) }] as const;
    });
    const invented = sessionIdOf(random.bytes(16));
    const head = { seq: random.between(0, 1_000), id: blockIdOf(random.bytes(32)) };
    const frontiers: Frontier[] = [new Map(), new Map(grown), new Map([...grown, [invented, head]])];
    const frontier = random.pick(frontiers) ?? new Map();
    const lies: Message[] = [
      { type: "digest", journal, digest: random.bytes(32), durable },
      { type: "frontier", journal, frontier, durable, want: random.chance(0.5) },
      { type: "receipt", journal, stored: new Map(grown.map(([session, { seq }]) => [session, seq])) },
      { type: "links", peers: [...this.#links.keys(), peerIdOf(random.bytes(16))] },
      { type: "links", peers: [] },
      { type: "absent", journal },
      { type: "end", journal },
      { type: "presence", sealed: random.bytes(60) },
      { type: "channel", sealed: random.bytes(60) },
    ];
    return lies.filter(() => random.chance(0.4));
  }

  /** A dependency on what was never written. */
  #nowhere(): Dependency[] {
    const [session, head] = this.#random.pick([...this.#frontier]) ?? [];
    const id = this.#random.bytes(16);
    if (session && head) return [{ session, seq: head.seq + this.#random.between(0, 100), id }];
    return [{ session: sessionIdOf(this.#random.bytes(16)), seq: 0, id }];
  }

  #victim(): ParsedBlock | undefined {
    const block = this.#random.pick(this.#heard);
    return block && parseBlock(block, this.#room.context.keys.roomIdBytes);
  }

  #some(max: number): Uint8Array[] {
    const count = Math.min(this.#heard.length, this.#random.between(1, max));
    return Array.from({ length: count }, () => this.#random.pick(this.#heard) ?? new Uint8Array(1));
  }

  #send(link: HostileLink, blocks: readonly Uint8Array[]): void {
    const lane = this.#random.chance(0.5) ? "live" : "bulk";
    link.tell({ type: "blocks", journal: this.#room.journalId, blocks }, lane);
  }
}
