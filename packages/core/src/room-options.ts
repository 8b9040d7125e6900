import type * as Y from "yjs";
import { ManyhandsError } from "./errors.js";
import type { Clock } from "./ports/clock.js";
import type { Logger } from "./ports/logger.js";
import { silentLogger } from "./ports/logger.js";
import type { Random } from "./ports/random.js";
import type { Signatures } from "./ports/signatures.js";
import type { Store } from "./ports/store.js";
import type { Transport } from "./ports/transport.js";
import { parseInvite, parseSecret, secretFromPassphrase } from "./sealing/secret.js";
import { requireWebCrypto, webCryptoSignatures } from "./sealing/webcrypto-signatures.js";
import { systemClock, systemRandom } from "./system.js";

/** What a room is made of. Exactly one of `secret`, `passphrase` and `invite` is given. */
export interface RoomOptions {
  /** Names the room among those that share a secret; 1 to 256 characters. Nobody without the secret learns it. */
  readonly name: string;
  /** 32 random bytes, or the 43 characters that `createSecret` makes. */
  readonly secret?: string | Uint8Array;
  /** Anything people can remember; stretched, but as weak as it is. At least 8 characters. */
  readonly passphrase?: string;
  /** What `room.invite()` gave: a whole link or its fragment. */
  readonly invite?: string;
  /** Default: a new one. What it holds already becomes part of the room. */
  readonly doc?: Y.Doc;
  /** Ways to others. Default: none, the room is only on this device. */
  readonly transports?: readonly Transport[];
  /** Default: memory. */
  readonly store?: Store;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly logger?: Logger;
  /** Default: WebCrypto. */
  readonly signatures?: Signatures;
}

/** Options with every default in place. */
export interface ParsedRoomOptions {
  readonly name: string;
  /** The room's 32-byte secret; at once, or after stretching a passphrase. */
  readonly secret: Uint8Array | Promise<Uint8Array>;
  readonly doc: Y.Doc | undefined;
  readonly transports: readonly Transport[];
  readonly store: Store | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly signatures: Signatures;
}

const maxNameLength = 256;
const minPassphraseLength = 8;

/** Checks options; throws `invalid-option`, `invalid-secret` or `insecure-context`. */
export const parseRoomOptions = (options: RoomOptions): ParsedRoomOptions => {
  const { name, doc, store, transports = [], signatures = webCryptoSignatures } = options;
  if (typeof name !== "string" || name.length < 1 || name.length > maxNameLength) {
    throw new ManyhandsError("invalid-option", `A room's name has 1 to ${maxNameLength} characters.`);
  }
  if (!Array.isArray(transports)) {
    throw new ManyhandsError("invalid-option", "`transports` is a list: transports: [webrtc(…)].");
  }
  if (signatures === webCryptoSignatures || options.passphrase !== undefined) requireWebCrypto();
  return {
    name,
    secret: parseRoomSecret(options),
    doc,
    transports,
    store,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    logger: options.logger ?? silentLogger,
    signatures,
  };
};

const parseRoomSecret = ({
  name,
  secret,
  passphrase,
  invite,
}: RoomOptions): Uint8Array | Promise<Uint8Array> => {
  if ([secret, passphrase, invite].filter((given) => given !== undefined).length !== 1) {
    throw new ManyhandsError("invalid-option", "Give exactly one of secret, passphrase and invite.");
  }
  if (typeof secret === "string" || secret instanceof Uint8Array) return parseSecret(secret);
  if (typeof invite === "string") return parseInvite(invite);
  if (typeof passphrase !== "string") {
    throw new ManyhandsError(
      "invalid-secret",
      "A secret is a string or a Uint8Array; a passphrase and an invite are strings.",
    );
  }
  if (passphrase.length < minPassphraseLength) {
    throw new ManyhandsError(
      "invalid-secret",
      `A passphrase has at least ${minPassphraseLength} characters.`,
    );
  }
  return secretFromPassphrase(passphrase, name);
};
