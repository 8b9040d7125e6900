import type {
  ManyhandsError,
  PeerId,
  Signaling,
  TransportRoom,
  TransportSession,
  TransportStatus,
} from "@manyhands/core";
import { Announcer } from "./announcer.js";
import { roomTag } from "./channel-label.js";
import { Contacts } from "./contacts.js";
import type { Endpoint, EndpointRoom } from "./endpoint.js";
import type { SignalMessage } from "./messages.js";
import { Rendezvous } from "./rendezvous.js";

/** One room's part in the transport: joins finding (rendezvous, announcer) to linking (contacts, endpoint). */
export const joinSession = (
  room: TransportRoom,
  endpoint: Endpoint,
  signalings: readonly Signaling[],
): TransportSession => new RoomSession(room, endpoint, signalings);

class RoomSession implements TransportSession {
  readonly #room: TransportRoom;
  readonly #endpoint: Endpoint;
  readonly #asRoom: EndpointRoom;
  readonly #rendezvous: Rendezvous;
  readonly #announcer: Announcer;
  readonly #contacts: Contacts;
  #closed = false;
  #told: TransportStatus | undefined;
  #telling = false;
  #linkProblem: ManyhandsError | undefined;

  constructor(room: TransportRoom, endpoint: Endpoint, signalings: readonly Signaling[]) {
    this.#room = room;
    this.#endpoint = endpoint;
    const tag = roomTag(room.topic);
    this.#asRoom = this.#makeRoom(tag);
    endpoint.addRoom(this.#asRoom);
    this.#contacts = new Contacts({
      room,
      tag,
      endpoint,
      asRoom: () => this.#asRoom,
      announceTo: (to, connection) =>
        this.#rendezvous.send({ type: "announce", urgent: false, to, ...(connection && { connection }) }),
      onLinks: (count) => this.#linksChanged(count),
    });
    this.#announcer = new Announcer({
      clock: room.clock,
      random: room.random,
      announce: (urgent) => this.#rendezvous.send({ type: "announce", urgent }),
    });
    this.#rendezvous = new Rendezvous({
      room,
      signalings,
      endpoint: endpoint.id,
      nextSeq: () => endpoint.nextSeq(),
      onMessage: (message) => this.#receive(message),
      onConnected: (again) => (again ? this.#announcer.soon() : this.#announcer.now()),
      onStatus: () => this.#tellStatus(),
    });
    this.#tellStatus();
  }

  wake(): void {
    if (this.#closed) return;
    this.#rendezvous.wake();
    this.#endpoint.wake(this.#asRoom);
    this.#contacts.wake();
    this.#announcer.now();
  }

  close(): void {
    if (this.#closed) return;
    this.#rendezvous.send({ type: "leave" });
    this.#closed = true;
    this.#announcer.close();
    this.#contacts.close("the room closed");
    this.#endpoint.removeRoom(this.#asRoom);
    this.#rendezvous.close();
  }

  #makeRoom(tag: string): EndpointRoom {
    const session = this;
    return {
      tag,
      self: this.#room.self,
      get canSignal(): boolean {
        return session.#rendezvous.status === "connected";
      },
      sendSignal: (to, connection, signal) => this.#rendezvous.send({ ...signal, to, connection }),
      wantsLink: (peer: PeerId) => !this.#closed && this.#room.wantsLink(peer),
      acceptLink: (label, connection) => this.#contacts.accept(label, connection),
      onConnectionEnd: (endpoint, reason, problem) => {
        this.#room.logger.log(problem ? "warn" : "debug", "webrtc connection ended", {
          endpoint,
          reason,
          problem,
        });
        if (!problem) return;
        this.#linkProblem = problem;
        this.#tellStatus();
      },
    };
  }

  #receive(message: SignalMessage): void {
    const { from, endpoint, seq } = message;
    switch (message.type) {
      case "announce":
        this.#contacts.announced(from, endpoint, seq, message);
        return;
      case "leave":
        this.#contacts.left(from, endpoint);
        return;
      default:
        this.#endpoint.receive(this.#asRoom, message);
        return;
    }
  }

  #linksChanged(count: number): void {
    if (this.#closed) return;
    this.#announcer.setLinked(count > 0);
    if (count > 0 && this.#linkProblem) {
      this.#linkProblem = undefined;
      this.#tellStatus();
    }
  }

  /** Tells what there is to tell when the current call is over: no event comes inside `join` or `close`. */
  #tellStatus(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      if (this.#closed) return;
      const signaling = this.#rendezvous.status;
      const problem = this.#linkProblem ?? this.#rendezvous.problem;
      if (this.#told && this.#told.signaling === signaling && this.#told.problem === problem) return;
      this.#told = { signaling, ...(problem && { problem }) };
      this.#room.onStatus(this.#told);
    });
  }
}
