import {
  createRoom,
  type Logger,
  type Room,
  type RoomOptions,
  type Store,
  type Transport,
} from "@manyhands/core";
import { indexedDbStore } from "@manyhands/store-indexeddb";
import { type BrowserTransportOptions, browserTransports } from "./browser-transports.js";
import { wakeWithPage } from "./wake-with-page.js";

/** Exactly one of `secret`, `passphrase` and `invite` is given. */
export interface JoinOptions extends BrowserTransportOptions {
  /** What `createSecret()` makes: 43 characters base64url, or the 32 bytes. */
  readonly secret?: string | Uint8Array;
  /** Anything people can remember, at least 8 characters; as weak as it is. */
  readonly passphrase?: string;
  /** A whole invite link, or its fragment (`location.hash`). */
  readonly invite?: string;
  /** A Y.Doc to use as the room's. Default: a new one. */
  readonly doc?: Exclude<RoomOptions["doc"], undefined>;
  /** Default: IndexedDB. `false` keeps the room in memory. */
  readonly store?: Store | false;
  /** In place of the browser's defaults; then `signaling` and `iceServers` are not used. */
  readonly transports?: readonly Transport[];
  /** Default: silent. */
  readonly logger?: Logger;
}

/**
 * Joins, or begins, the room called `name`: returns at once, works offline, and keeps what is written in the browser.
 *
 * Throws `ManyhandsError` `invalid-option`, `invalid-secret`, or `insecure-context` (a page that is neither https nor
 * localhost). Everything that goes wrong later is told in `room.state`. Importing this on a server is safe.
 */
export const joinRoom = (name: string, options: JoinOptions): Room => {
  const { store, transports, signaling, iceServers, ...rest } = options;
  const ways =
    transports ?? browserTransports({ ...(signaling && { signaling }), ...(iceServers && { iceServers }) });
  const room = createRoom({
    name,
    ...rest,
    transports: ways,
    ...(store !== false && { store: store ?? indexedDbStore() }),
  });
  wakeWithPage(room);
  return room;
};
