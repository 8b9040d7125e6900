import { deviceIdOf } from "../ids.js";
import { limits } from "../limits.js";
import { openWith } from "../sealing/aead.js";
import { type ParsedBlock, signedBytes, unsigned } from "./block.js";
import { type BlockBody, decodeBody } from "./block-body.js";
import { blockAssociated, type SealingContext, signEveryBytes } from "./chain-writer.js";
import { certifiedBytes, clientIdOfKey, type KnownSession, sessionOfKey } from "./session.js";

/** What a run of blocks turned out to be. */
export interface VerifiedRun {
  /** Its longest start that ends in a good signature. */
  readonly verified: readonly ParsedBlock[];
  /** Blocks whose signature is bad. */
  readonly forged: readonly ParsedBlock[];
}

/** Decrypts a block; `undefined` when it cannot be read. */
export const openBlock = (block: ParsedBlock, { keys }: SealingContext): BlockBody | undefined => {
  const associated = blockAssociated(keys.roomIdBytes, block.header);
  const plaintext = openWith(keys.block, block.nonce, associated, block.ciphertext);
  return plaintext && decodeBody(plaintext);
};

/**
 * Reads in a chain's open block who speaks; `undefined` when no device vouches for it. True only if the block itself is
 * authentic: until then anybody may have copied a certificate.
 */
export const admitSession = async (
  first: ParsedBlock,
  context: SealingContext,
): Promise<KnownSession | undefined> => {
  const { roomIdBytes } = context.keys;
  if (!first.sessionKey || sessionOfKey(roomIdBytes, first.sessionKey) !== first.session) return undefined;
  const device = openBlock(first, context)?.device;
  if (!device) return undefined;
  const sessionKey = first.sessionKey.slice();
  const certified = certifiedBytes(roomIdBytes, sessionKey);
  if (!(await context.signatures.verify(device.publicKey, certified, device.certificate))) return undefined;
  return {
    session: first.session,
    sessionKey,
    device: deviceIdOf(device.publicKey),
    clientId: clientIdOfKey(roomIdBytes, sessionKey),
  };
};

/** Finds how much of a linked run its signatures vouch for: the last good one vouches for all before it. */
export const verifyRun = async (
  run: readonly ParsedBlock[],
  sessionKey: Uint8Array,
  context: SealingContext,
): Promise<VerifiedRun> => {
  const forged: ParsedBlock[] = [];
  // Whoever sends more bad signatures than a neighbour may is cut: no need to look at all of them.
  for (let at = run.length - 1; at >= 0 && forged.length < limits.maxStrikes; at--) {
    const block = run[at];
    if (!block?.signature) continue;
    if (await isSigned(block, sessionKey, context)) {
      return {
        verified: [...(await checkedSignatures(run.slice(0, at), sessionKey, context)), block],
        forged,
      };
    }
    forged.push(block);
  }
  return { verified: [], forged };
};

/**
 * Leaves only signatures that were checked, one per `signEveryBytes`: whoever passed on one that is bad would answer
 * for it.
 */
const checkedSignatures = async (
  blocks: readonly ParsedBlock[],
  sessionKey: Uint8Array,
  context: SealingContext,
): Promise<ParsedBlock[]> => {
  const checked: ParsedBlock[] = [];
  let unsignedBytes = 0;
  for (const block of blocks) {
    unsignedBytes += block.bytes.length;
    const keeps = unsignedBytes >= signEveryBytes && (await isSigned(block, sessionKey, context));
    if (keeps) unsignedBytes = 0;
    checked.push(keeps ? block : unsigned(block));
  }
  return checked;
};

const isSigned = async (
  { signature, idBytes }: ParsedBlock,
  sessionKey: Uint8Array,
  { keys, signatures }: SealingContext,
): Promise<boolean> =>
  signature !== undefined &&
  (await signatures.verify(sessionKey, signedBytes(keys.roomIdBytes, idBytes), signature));
