import { broadcast } from "@manyhands/broadcast";
import type { Signaling, Transport } from "@manyhands/core";
import { webSocketSignaling } from "@manyhands/signaling";
import { type IceServers, webrtc } from "@manyhands/webrtc";

export interface BrowserTransportOptions {
  /**
   * Where devices find each other: the address of a signaling server (`wss://…`), several of them, or `Signaling` objects.
   * All are used at once. Default: none, and the room reaches only other tabs of this browser.
   */
  readonly signaling?: string | readonly (string | Signaling)[];
  /** STUN and TURN servers, or a function that fetches them. Default: one public STUN server, no TURN. */
  readonly iceServers?: IceServers;
}

/**
 * The ways from a browser to others: BroadcastChannel to its own tabs, WebRTC to everybody else. Give the result as
 * `transports` to several rooms of one page, and they share sockets and connections. Throws `invalid-option` for a
 * malformed address.
 */
export const browserTransports = ({
  signaling = [],
  iceServers,
}: BrowserTransportOptions = {}): Transport[] => {
  const services = (typeof signaling === "string" ? [signaling] : signaling).map((service) =>
    typeof service === "string" ? webSocketSignaling(service) : service,
  );
  const toOthers =
    services.length > 0 ? [webrtc({ signaling: services, ...(iceServers && { iceServers }) })] : [];
  return [broadcast(), ...toOthers];
};
