import { type DeviceId, deviceIdOf, idBytes, type PeerId, type SessionId } from "../ids.js";
import { certifiedBytes, clientIdOfKey, type Session, sessionOfKey } from "../journal/session.js";
import type { Random } from "../ports/random.js";
import type { Signatures } from "../ports/signatures.js";
import { hash, mac, sameSecret } from "../sealing/hash.js";
import type { RoomKeys } from "../sealing/room-keys.js";
import * as codec from "../wire/codec.js";

/** Who is at the other end, proved. */
export interface ProvedPeer {
  readonly peer: PeerId;
  readonly device: DeviceId;
  readonly session: SessionId;
  readonly clientId: number;
}

export type HandshakeStep =
  | { readonly kind: "send"; readonly message: Uint8Array }
  | { readonly kind: "done"; readonly peer: ProvedPeer }
  | { readonly kind: "failed"; readonly reason: "malformed" | "wrong-secret" | "bad-signature" };

/** Who we are, and what the link is. */
export interface HandshakeOptions {
  readonly self: PeerId;
  /** Who the transport says is at the other end. */
  readonly expected: PeerId;
  readonly session: Session;
  readonly keys: RoomKeys;
  readonly signatures: Signatures;
  readonly random: Random;
  readonly initiator: boolean;
  readonly binding: Uint8Array;
}

const version = 1;

interface Hello {
  readonly bytes: Uint8Array;
  readonly peer: Uint8Array;
  readonly deviceKey: Uint8Array;
  readonly sessionKey: Uint8Array;
  readonly certificate: Uint8Array;
}

/**
 * Proves to each end of a link that the other knows the room's secret and owns its session's key, for which its device vouches, on this very link: both
 * prove over both hellos, both nonces and the link's binding, each in its own role, so that nothing can be replayed,
 * reflected or relayed. No I/O: what it returns is to be sent.
 */
export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #hello: Uint8Array;
  #theirs: Hello | undefined;

  constructor(options: HandshakeOptions) {
    const { self, session, random } = options;
    this.#options = options;
    this.#hello = codec.encode((to) => {
      codec.writeUint8(to, version);
      codec.writeUint8Array(to, idBytes(self));
      codec.writeUint8Array(to, session.deviceKey);
      codec.writeUint8Array(to, session.keys.publicKey);
      codec.writeUint8Array(to, session.certificate);
      codec.writeUint8Array(to, random.bytes(32));
    });
  }

  /** The first message to send; both ends send theirs at once. */
  start(): Uint8Array {
    return this.#hello;
  }

  /** Takes the other end's next message. */
  async receive(message: Uint8Array): Promise<HandshakeStep> {
    if (!this.#theirs) {
      const hello = readHello(message);
      if (!hello || !codec.sameBytes(hello.peer, idBytes(this.#options.expected))) return failed("malformed");
      this.#theirs = hello;
      return { kind: "send", message: await this.#prove(hello) };
    }
    return await this.#check(this.#theirs, message);
  }

  async #prove(theirs: Hello): Promise<Uint8Array> {
    const { keys, signatures, session, initiator } = this.#options;
    const claim = this.#claim(theirs, initiator);
    return codec.concat(mac(keys.link, "link-proof", claim), await signatures.sign(session.keys, claim));
  }

  async #check(theirs: Hello, proof: Uint8Array): Promise<HandshakeStep> {
    const { keys, signatures, initiator } = this.#options;
    if (proof.length !== 96) return failed("malformed");
    const claim = this.#claim(theirs, !initiator);
    if (!sameSecret(proof.slice(0, 32), mac(keys.link, "link-proof", claim))) return failed("wrong-secret");
    const { roomIdBytes } = keys;
    const { deviceKey, sessionKey, certificate } = theirs;
    const sound =
      (await signatures.verify(sessionKey, claim, proof.slice(32))) &&
      (await signatures.verify(deviceKey, certifiedBytes(roomIdBytes, sessionKey), certificate));
    if (!sound) return failed("bad-signature");
    return {
      kind: "done",
      peer: {
        peer: this.#options.expected,
        device: deviceIdOf(deviceKey),
        session: sessionOfKey(roomIdBytes, sessionKey),
        clientId: clientIdOfKey(roomIdBytes, sessionKey),
      },
    };
  }

  /** What the end in that role proves. */
  #claim(theirs: Hello, asInitiator: boolean): Uint8Array {
    const { keys, binding, initiator } = this.#options;
    const [first, second] = initiator ? [this.#hello, theirs.bytes] : [theirs.bytes, this.#hello];
    const transcript = hash(
      "link-transcript",
      keys.roomIdBytes,
      hash("link-transcript", binding),
      first,
      second,
    );
    return codec.concat(Uint8Array.of(asInitiator ? 1 : 0), transcript);
  }
}

const failed = (reason: "malformed" | "wrong-secret" | "bad-signature"): HandshakeStep => ({
  kind: "failed",
  reason,
});

const readHello = (bytes: Uint8Array): Hello | undefined =>
  codec.decode(bytes, (from) => {
    if (codec.readUint8(from) !== version) codec.refuse("unknown version");
    const peer = codec.readBytes(from, 16);
    const deviceKey = codec.readBytes(from, 32);
    const sessionKey = codec.readBytes(from, 32);
    const certificate = codec.readBytes(from, 64);
    codec.readBytes(from, 32);
    return { bytes, peer, deviceKey, sessionKey, certificate };
  });
