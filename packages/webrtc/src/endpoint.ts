import type { Clock, ManyhandsError, PeerId, Random } from "@manyhands/core";
import { BoundedSet } from "./bounded-set.js";
import { Budget } from "./budget.js";
import { type ChannelLabel, parseLabel } from "./channel-label.js";
import { Connection, type ConnectionSettings } from "./connection.js";
import { toHex } from "./hex.js";
import type { LanesLink } from "./lanes-link.js";
import { webrtcLimits } from "./limits.js";
import {
  type ConnectionId,
  type ConnectionSignal,
  type EndpointId,
  parseConnectionId,
  parseEndpointId,
  type SignalMessage,
} from "./messages.js";

/** A room, as its endpoint uses it. */
export interface EndpointRoom {
  readonly tag: string;
  readonly self: PeerId;
  /** Some signaling service works now. */
  readonly canSignal: boolean;
  sendSignal(to: PeerId, connection: ConnectionId, signal: ConnectionSignal): void;
  wantsLink(peer: PeerId): boolean;
  /** The other end opens a link; undefined refuses it. */
  acceptLink(label: ChannelLabel, connection: Connection): LanesLink | undefined;
  /** A connection of this room ended; `problem` if a person should know. */
  onConnectionEnd(remote: EndpointId, reason: string, problem: ManyhandsError | undefined): void;
}

/** A message about one connection. */
export type ConnectionMessage = Extract<
  SignalMessage,
  { readonly connection: ConnectionId; readonly to: PeerId }
> &
  ConnectionSignal;

export interface EndpointOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: ConnectionSettings;
  readonly maxConnections: number;
}

interface Known {
  readonly budget: Budget;
  /** The newest message that began a connection: older ones begin none. */
  beganSeq: number;
}

/** One end of connections: at most one to any other endpoint, shared by the rooms both are in. */
export class Endpoint {
  readonly id: EndpointId;
  readonly #options: EndpointOptions;
  readonly #rooms: Map<string, EndpointRoom> = new Map();
  readonly #connections: Map<EndpointId, Connection> = new Map();
  /** Through which rooms the other end of a connection can be reached, and as whom. */
  readonly #routes: Map<Connection, Map<EndpointRoom, PeerId>> = new Map();
  readonly #known: Map<EndpointId, Known> = new Map();
  readonly #closedIds: BoundedSet<ConnectionId> = new BoundedSet(webrtcLimits.maxTombstones);
  readonly #total: Budget;
  #seq = 0;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.id = madeOf(parseEndpointId(toHex(options.random.bytes(16))));
    this.#total = new Budget(webrtcLimits.totalDialBurst, webrtcLimits.totalDialRefillMs, options.clock);
  }

  /** The number of the next message of this endpoint. */
  nextSeq(): number {
    return this.#seq++;
  }

  hasRoom(tag: string): boolean {
    return this.#rooms.has(tag);
  }

  addRoom(room: EndpointRoom): void {
    this.#rooms.set(room.tag, room);
  }

  /** Takes a room out; connections that no other room uses are closed. */
  removeRoom(room: EndpointRoom): void {
    this.#rooms.delete(room.tag);
    for (const [connection, rooms] of [...this.#routes]) {
      if (rooms.delete(room) && rooms.size === 0) connection.retire();
    }
  }

  /** That room's peer has left: its endpoint's connection closes if no other room uses it. */
  releasePeer(remote: EndpointId, room: EndpointRoom): void {
    const connection = this.#connections.get(remote);
    const rooms = connection && this.#routes.get(connection);
    if (rooms?.delete(room) && rooms.size === 0) connection?.close("the peer left");
  }

  connectionTo(remote: EndpointId): Connection | undefined {
    return this.#connections.get(remote);
  }

  /** The connection to `remote`, made if need be; or, if that is not allowed yet, the milliseconds to wait. */
  dial(remote: EndpointId, room: EndpointRoom, peer: PeerId): Connection | number {
    const existing = this.#connections.get(remote);
    if (existing) {
      this.#routes.get(existing)?.set(room, peer);
      return existing;
    }
    const waitMs = this.#isFull ? webrtcLimits.retryMaxMs : this.#budgetMs(remote);
    if (waitMs > 0) return waitMs;
    const id = madeOf(parseConnectionId(toHex(this.#options.random.bytes(16))));
    return this.#connect(id, remote, true, room, peer);
  }

  /** A message about a connection, which came through `room`. */
  receive(room: EndpointRoom, message: ConnectionMessage): void {
    const { endpoint: remote, connection: id, from } = message;
    const existing = this.#connections.get(remote);
    if (existing?.id === id) {
      existing.receive(message, message.seq);
      return;
    }
    // Only a fresh offer of the end that is to offer begins a connection; all else came late or was never ours.
    if (message.type !== "description" || message.kind !== "offer" || remote < this.id) return;
    if (this.#closedIds.has(id) || message.seq <= this.#knownOf(remote).beganSeq) return;
    this.#knownOf(remote).beganSeq = message.seq;

    const wanted = existing !== undefined || (room.wantsLink(from) && !this.#isFull);
    if (!wanted || this.#budgetMs(remote) > 0) {
      this.#closedIds.add(id);
      room.sendSignal(from, id, { type: "bye" });
      return;
    }
    // The other end makes a new one because it lost the old one.
    existing?.close("replaced by a new connection");
    this.#connect(id, remote, false, room, from).receive(message, message.seq);
  }

  /** A link to `remote` opened: it is no unreachable endpoint. */
  markReached(remote: EndpointId): void {
    this.#knownOf(remote).budget.refill();
  }

  wake(room: EndpointRoom): void {
    for (const [connection, rooms] of [...this.#routes]) {
      if (rooms.has(room)) connection.wake();
    }
  }

  get #isFull(): boolean {
    return this.#connections.size >= this.#options.maxConnections;
  }

  #budgetMs(remote: EndpointId): number {
    return Math.max(this.#knownOf(remote).budget.waitMs(), this.#total.waitMs());
  }

  #connect(
    id: ConnectionId,
    remote: EndpointId,
    initiator: boolean,
    room: EndpointRoom,
    peer: PeerId,
  ): Connection {
    this.#knownOf(remote).budget.take();
    this.#total.take();
    const connection = new Connection({
      id,
      remote,
      initiator,
      settings: this.#options.settings,
      clock: this.#options.clock,
      send: (signal) => this.#send(connection, signal),
      onChannel: (channel) => this.#takeChannel(connection, channel),
      onEnd: (reason, problem) => this.#forget(connection, reason, problem),
    });
    this.#connections.set(remote, connection);
    this.#routes.set(connection, new Map([[room, peer]]));
    return connection;
  }

  #send(connection: Connection, signal: ConnectionSignal): void {
    const routes = [...(this.#routes.get(connection) ?? [])];
    const [room, peer] = routes.find(([each]) => each.canSignal) ?? routes[0] ?? [];
    if (room && peer) room.sendSignal(peer, connection.id, signal);
  }

  #takeChannel(connection: Connection, channel: RTCDataChannel): void {
    const label = parseLabel(channel.label);
    const room = label && this.#rooms.get(label.tag);
    if (connection.initiator || !label || !room || label.to !== room.self) {
      channel.close();
      return;
    }
    const link =
      [...connection.links].find(({ id, peer }) => id === label.link && peer === label.from) ??
      (connection.links.size < webrtcLimits.maxLinksPerConnection
        ? room.acceptLink(label, connection)
        : undefined);
    if (!link) {
      channel.close();
      return;
    }
    this.#routes.get(connection)?.set(room, label.from);
    if (!link.attach(label.lane, channel)) channel.close();
  }

  #forget(connection: Connection, reason: string, problem: ManyhandsError | undefined): void {
    // So that the other end does not wait for what will not come.
    if (reason !== "left") this.#send(connection, { type: "bye" });
    const rooms = [...(this.#routes.get(connection)?.keys() ?? [])];
    this.#closedIds.add(connection.id);
    this.#routes.delete(connection);
    if (this.#connections.get(connection.remote) === connection) this.#connections.delete(connection.remote);
    for (const room of rooms) room.onConnectionEnd(connection.remote, reason, problem);
  }

  #knownOf(remote: EndpointId): Known {
    const known = this.#known.get(remote) ?? {
      budget: new Budget(webrtcLimits.dialBurst, webrtcLimits.dialRefillMs, this.#options.clock),
      beganSeq: -1,
    };
    this.#known.delete(remote);
    this.#known.set(remote, known);
    if (this.#known.size > webrtcLimits.maxBudgets) {
      const [oldest] = this.#known.keys();
      if (oldest) this.#known.delete(oldest);
    }
    return known;
  }
}

const madeOf = <Id>(id: Id | undefined): Id => {
  if (id === undefined) throw new RangeError("`random.bytes(16)` did not give 16 bytes");
  return id;
};
