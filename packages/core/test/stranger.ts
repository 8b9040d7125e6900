import type { Lane, Link, LinkEvents, PeerId, Transport, TransportRoom } from "@manyhands/core";
import { nodeSignatures, SeededRandom, settlePromises, type VirtualClock } from "@manyhands/testing";
import { peerIdOf } from "../src/ids.js";
import { certifiedBytes, createSession, type Session } from "../src/journal/session.js";
import { cutFrames, FrameJoiner } from "../src/mesh/frames.js";
import { Handshake, type HandshakeOptions } from "../src/mesh/handshake.js";
import { decodeMessage, encodeMessage, type Message } from "../src/mesh/messages.js";
import type { Signatures, SigningKeys } from "../src/ports/signatures.js";
import { deriveRoomKeys, type RoomKeys } from "../src/sealing/room-keys.js";

/** A transport that hands its room to the test. */
export const openTransport = (): Transport & { readonly rooms: TransportRoom[] } => {
  const rooms: TransportRoom[] = [];
  return {
    name: "test",
    rooms,
    join: (room) => {
      rooms.push(room);
      return { wake: () => undefined, close: () => undefined };
    },
  };
};

export interface StrangerOptions {
  readonly clock: VirtualClock;
  readonly name: string;
  readonly secret: Uint8Array;
  readonly seed?: number;
}

/** The other end of a link, in the hands of a test: speaks the protocol only as far as it is told to. */
export class Stranger {
  readonly id: PeerId;
  readonly random: SeededRandom;
  readonly signatures: Signatures;
  readonly keys: RoomKeys;
  /** What the room sent, in whole messages as bytes. */
  readonly heard: { readonly lane: Lane; readonly bytes: Uint8Array }[] = [];
  /** Why the room closed the link; undefined while it is open. */
  closedFor: string | undefined;
  readonly #clock: VirtualClock;
  readonly #binding: Uint8Array;
  #link: Link | undefined;
  #events: LinkEvents | undefined;
  #deviceKeys: SigningKeys | undefined;
  #session: Session | undefined;

  constructor({ clock, name, secret, seed = 99 }: StrangerOptions) {
    this.#clock = clock;
    this.random = new SeededRandom(seed);
    this.signatures = nodeSignatures(this.random);
    this.keys = deriveRoomKeys(secret, name);
    this.id = peerIdOf(this.random.bytes(16));
    this.#binding = this.random.bytes(32);
  }

  /** Opens a link to the room; the stranger dialled. */
  linkTo(room: TransportRoom): void {
    const joiners = { now: new FrameJoiner(), live: new FrameJoiner(), bulk: new FrameJoiner() };
    let isClosed = false;
    let events: LinkEvents | undefined;
    const close = (reason: string): void => {
      if (isClosed) return;
      isClosed = true;
      if (this.#link === link) this.closedFor = reason;
      this.#clock.setTimer(() => events?.onClose(reason), 0);
    };
    const link: Link = {
      peer: this.id,
      transport: "test",
      initiator: false,
      binding: this.#binding,
      start: (given) => {
        events = given;
        this.#events = given;
      },
      send: (lane, frame) => {
        const bytes = joiners[lane].take(frame);
        if (bytes && bytes !== "malformed") this.heard.push({ lane, bytes });
      },
      bufferedBytes: () => 0,
      close,
    };
    this.#link = link;
    this.closedFor = undefined;
    this.heard.length = 0;
    room.onLink(link);
  }

  /** Its session, certified by its device. */
  async session(): Promise<Session> {
    this.#deviceKeys ??= await this.signatures.createKeys();
    this.#session ??= await createSession(this.keys.roomIdBytes, this.#deviceKeys, this.signatures);
    return this.#session;
  }

  /** Its device's certificate for any session key. */
  async certify(sessionKey: Uint8Array): Promise<Uint8Array> {
    await this.session();
    if (!this.#deviceKeys) throw new Error("a session has a device");
    return await this.signatures.sign(this.#deviceKeys, certifiedBytes(this.keys.roomIdBytes, sessionKey));
  }

  /** What it proves itself with; everything can be replaced. */
  async handshake(room: TransportRoom, changed: Partial<HandshakeOptions> = {}): Promise<Handshake> {
    return new Handshake({
      self: this.id,
      expected: room.self,
      session: await this.session(),
      keys: this.keys,
      signatures: this.signatures,
      random: this.random,
      initiator: true,
      binding: this.#binding,
      ...changed,
    });
  }

  /** Links and proves itself as an honest peer would. */
  async prove(room: TransportRoom, changed: Partial<HandshakeOptions> = {}): Promise<void> {
    this.linkTo(room);
    const handshake = await this.handshake(room, changed);
    await this.say(handshake.start());
    const [hello] = this.heard;
    const step = hello && (await handshake.receive(hello.bytes));
    if (step?.kind === "send") await this.say(step.message);
  }

  /** Sends one whole message as bytes and lets the room take it. */
  async say(message: Uint8Array, lane: Lane = "live"): Promise<void> {
    for (const frame of cutFrames(message)) await this.sendFrame(frame, lane);
  }

  async tell(message: Message, lane: Lane = "live"): Promise<void> {
    await this.say(encodeMessage(message), lane);
  }

  async sendFrame(frame: Uint8Array, lane: Lane = "live"): Promise<void> {
    if (this.closedFor === undefined) this.#events?.onFrame(lane, frame);
    await settlePromises();
  }

  /** The messages of that type that the room sent. */
  heardOf(type: Message["type"]): Message[] {
    return this.heard.flatMap(({ bytes }) => {
      const message = decodeMessage(bytes);
      return message?.type === type ? [message] : [];
    });
  }
}
