declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A device's public key in one room: 64 hex digits. */
export type DeviceId = Branded<"DeviceId">;
/** A running replica (a tab, a process) of a device: 32 hex digits, new at every start. */
export type PeerId = Branded<"PeerId">;
/** A writing run of a device: 32 hex digits, derived from its signing key. */
export type SessionId = Branded<"SessionId">;
/** A document's journal: 32 hex digits, derived from the document's guid under the room's secret. */
export type JournalId = Branded<"JournalId">;
/** What a block hashes to: 64 hex digits. */
export type BlockId = Branded<"BlockId">;
/** A room, as its members know it: 64 hex digits. */
export type RoomId = Branded<"RoomId">;

/** Character codes of the hexadecimal digits. */
const digitCodes: readonly number[] = [..."0123456789abcdef"].map((digit) => digit.charCodeAt(0));

/** Lower-case hexadecimal. For ids and keys: at most some thousand bytes. */
export const toHex = (bytes: Uint8Array): string => {
  // At once, not digit by digit: ids are made for every block, and a string that grows costs three times its memory.
  const codes: number[] = [];
  for (const byte of bytes) codes.push(digitCodes[byte >> 4] ?? 0, digitCodes[byte & 15] ?? 0);
  return String.fromCharCode(...codes);
};

/** Reads lower-case hexadecimal; `undefined` for anything else. */
export const fromHex = (text: string): Uint8Array | undefined => {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    const high = digitCodes.indexOf(text.charCodeAt(2 * at));
    const low = digitCodes.indexOf(text.charCodeAt(2 * at + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[at] = 16 * high + low;
  }
  return bytes;
};

/** The bytes of an id; ids are hexadecimal by construction. */
export const idBytes = (id: DeviceId | PeerId | SessionId | JournalId | BlockId | RoomId): Uint8Array =>
  fromHex(id) ?? new Uint8Array(0);

const idMaker =
  <Id extends string>(length: number) =>
  (bytes: Uint8Array): Id => {
    if (bytes.length !== length) throw new RangeError(`an id of ${length} bytes was given ${bytes.length}`);
    return toHex(bytes) as Id;
  };

export const deviceIdOf: (publicKey: Uint8Array) => DeviceId = idMaker<DeviceId>(32);
export const peerIdOf: (bytes: Uint8Array) => PeerId = idMaker<PeerId>(16);
export const sessionIdOf: (bytes: Uint8Array) => SessionId = idMaker<SessionId>(16);
export const journalIdOf: (bytes: Uint8Array) => JournalId = idMaker<JournalId>(16);
export const blockIdOf: (bytes: Uint8Array) => BlockId = idMaker<BlockId>(32);
export const roomIdOf: (bytes: Uint8Array) => RoomId = idMaker<RoomId>(32);

/** Reads a peer id that came from outside as text. */
export const parsePeerId = (text: string): PeerId | undefined => {
  const bytes = fromHex(text);
  return bytes?.length === 16 ? peerIdOf(bytes) : undefined;
};
