import { createSecret, type Room } from "@manyhands/core";
import { joinRoom } from "manyhands";

/** Every notebook is a room of this name; what tells notebooks apart is their secret. */
const roomName = "notes";

/** How to open a notebook: by its link, or as a new one when there is no `invite`. */
export interface OpenRoomOptions {
  /** `#mh1.…` */
  readonly invite: string | undefined;
  readonly signaling: readonly string[];
}

/**
 * Opens a notebook's room at once; it loads and links in the background.
 * Throws `ManyhandsError` `invalid-secret` for a link that cannot be read and `insecure-context` on a page without https.
 */
export const openRoom = ({ invite, signaling }: OpenRoomOptions): Room =>
  joinRoom(roomName, {
    ...(invite === undefined ? { secret: createSecret() } : { invite }),
    signaling: [...signaling],
  });
