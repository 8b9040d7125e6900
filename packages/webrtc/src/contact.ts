import type { PeerId } from "@manyhands/core";
import type { Connection } from "./connection.js";
import type { LanesLink } from "./lanes-link.js";
import type { EndpointId } from "./messages.js";

/** One other peer of the room, linked or not. */
export interface Contact {
  readonly peer: PeerId;
  endpoint: EndpointId;
  heardAt: number;
  /** The newest announce: an older one cannot put a link in doubt. */
  announceSeq: number;
  answeredAt: number | undefined;
  /** Attempts in a row that led to no link. */
  failures: number;
  link: LanesLink | undefined;
  connection: Connection | undefined;
  openedAt: number;
  /** Ends the wait for the next attempt, or for the link to open. */
  cancelTimer: (() => void) | undefined;
}

/** A peer that was just heard for the first time. */
export const createContact = (peer: PeerId, endpoint: EndpointId, heardAt: number): Contact => ({
  peer,
  endpoint,
  heardAt,
  announceSeq: -1,
  answeredAt: undefined,
  failures: 0,
  link: undefined,
  connection: undefined,
  openedAt: 0,
  cancelTimer: undefined,
});
