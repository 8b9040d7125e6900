import { idBytes, type PeerId } from "../ids.js";
import { limits } from "../limits.js";
import type { Random } from "../ports/random.js";
import { open, seal } from "../sealing/aead.js";
import * as codec from "../wire/codec.js";
import { concat } from "../wire/codec.js";

/** A peer's presence at one moment. */
export interface PresenceFrame {
  /** Rises with every change; older frames that come late are dropped. */
  readonly counter: number;
  /** The awareness state as JSON; `null` when the peer shows nothing. */
  readonly state: { readonly [key: string]: unknown } | null;
}

const associated = (sender: PeerId): Uint8Array => concat(Uint8Array.of(1), idBytes(sender));

/** Seals a frame under the room's key, bound to its sender; `undefined` when the state is not JSON. */
export const sealPresence = (
  frame: PresenceFrame,
  sender: PeerId,
  key: Uint8Array,
  random: Random,
): Uint8Array | undefined => {
  const json = stateAsJson(frame.state);
  if (json === undefined) return undefined;
  const plaintext = codec.encode((to) => {
    codec.writeVarUint(to, frame.counter);
    codec.writeVarString(to, json);
  });
  return seal(key, associated(sender), plaintext, random);
};

const stateAsJson = (state: PresenceFrame["state"]): string | undefined => {
  try {
    return JSON.stringify(state);
  } catch {
    return undefined;
  }
};

/** Opens a frame of `sender`; `undefined` for anything that is not one. Never throws. */
export const openPresence = (
  sealed: Uint8Array,
  sender: PeerId,
  key: Uint8Array,
): PresenceFrame | undefined => {
  if (sealed.length > limits.maxPresenceBytes + 64) return undefined;
  const plaintext = open(key, associated(sender), sealed);
  return (
    plaintext &&
    codec.decode(plaintext, (from) => {
      const counter = codec.readVarUint(from);
      const state: unknown = JSON.parse(codec.readVarString(from));
      return { counter, state: isState(state) ? state : codec.refuse("a state is an object or null") };
    })
  );
};

const isState = (value: unknown): value is PresenceFrame["state"] =>
  typeof value === "object" && !Array.isArray(value);
