import { idBytes, type JournalId } from "../ids.js";
import { encodeFrontier, type Frontier, readFrontier } from "../journal/frontier.js";
import { type KnownSession, readKnownSession } from "../journal/session.js";
import { limits } from "../limits.js";
import type { Random } from "../ports/random.js";
import { open, seal } from "../sealing/aead.js";
import type { RoomKeys } from "../sealing/room-keys.js";
import * as codec from "../wire/codec.js";

/** A document as this device keeps it: a Yjs state that stands for all blocks up to a frontier. */
export interface LocalState {
  readonly sessions: readonly KnownSession[];
  readonly frontier: Frontier;
  /** Names of the seeds that were ever applied. */
  readonly seeds: readonly string[];
  /** Yjs update, version 2. */
  readonly update: Uint8Array;
}

const version = 1;

/** Seals a local state for the store: bound to the room by its key, to the journal by its id. */
export const sealLocalState = (
  state: LocalState,
  journal: JournalId,
  keys: RoomKeys,
  random: Random,
): Uint8Array => {
  const plaintext = codec.encode((to) => {
    codec.writeUint8(to, version);
    codec.writeVarUint(to, state.sessions.length);
    for (const { sessionKey, device } of state.sessions) {
      codec.writeUint8Array(to, sessionKey);
      codec.writeUint8Array(to, idBytes(device));
    }
    codec.writeUint8Array(to, encodeFrontier(state.frontier));
    codec.writeVarUint(to, state.seeds.length);
    for (const seed of state.seeds) codec.writeVarString(to, seed);
    codec.writeUint8Array(to, state.update);
  });
  return seal(keys.localState, idBytes(journal), plaintext, random);
};

/** Opens what `sealLocalState` made; `undefined` when the bytes are damaged or of another room, journal or version. */
export const openLocalState = (
  sealed: Uint8Array,
  journal: JournalId,
  keys: RoomKeys,
): LocalState | undefined => {
  const plaintext = open(keys.localState, idBytes(journal), sealed);
  return (
    plaintext &&
    codec.decode(plaintext, (from) => {
      if (codec.readUint8(from) !== version) codec.refuse("unknown version");
      const sessions = readList(from, limits.maxSessions, () => readKnownSession(from, keys.roomIdBytes));
      const frontier = readFrontier(from);
      const seeds = readList(from, limits.maxSessions, () => codec.readVarString(from));
      return { sessions, frontier, seeds, update: codec.readRest(from) };
    })
  );
};

const readList = <Entry>(from: codec.Decoder, max: number, read: () => Entry): Entry[] =>
  Array.from({ length: codec.readCount(from, max, 1) }, read);
