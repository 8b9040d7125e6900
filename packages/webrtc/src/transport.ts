import {
  ManyhandsError,
  type Signaling,
  type Transport,
  type TransportRoom,
  type TransportSession,
} from "@manyhands/core";
import { roomTag } from "./channel-label.js";
import type { ConnectionSettings } from "./connection.js";
import { Endpoint } from "./endpoint.js";
import { defaultIceServers, type IceServers } from "./ice-servers.js";
import { webrtcLimits } from "./limits.js";
import type { RtcConstructor } from "./rtc.js";
import { joinSession } from "./session.js";

export interface WebrtcOptions {
  /** How peers find each other; all are used at once. At least one. */
  readonly signaling: readonly Signaling[];
  /**
   * STUN and TURN servers, or a function that fetches them for each connection and each ICE restart, so that
   * credentials may be short-lived. Default: one public STUN server (`stun:stun.l.google.com:19302`), no TURN. `[]`:
   * none, enough within one network.
   */
  readonly iceServers?: IceServers;
  /** `relay` hides addresses from peers and needs a TURN server. Default `all`. */
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
  /** The class to use where the runtime has none, such as `node-datachannel/polyfill` in Node. Default: the browser's own. */
  readonly RTCPeerConnection?: RtcConstructor;
  /** Connections kept at once, over all rooms. Default 64; browsers refuse far more. */
  readonly maxConnections?: number;
}

/**
 * Links over WebRTC data channels.
 *
 * One object serves any number of rooms; two peers that share several rooms share one connection. Nothing happens
 * before a room joins. Where there is no WebRTC the room's status tells `unsupported`. Throws `ManyhandsError`
 * `invalid-option` if no signaling is given.
 */
export const webrtc = (options: WebrtcOptions): Transport => {
  if (options.signaling.length === 0) {
    throw new ManyhandsError(
      "invalid-option",
      "webrtc() needs at least one way to find peers in `signaling`.",
    );
  }
  const endpoints: Endpoint[] = [];
  return {
    name: "webrtc",
    join: (room) => {
      const rtc = options.RTCPeerConnection ?? nativeRtc();
      if (!rtc) return joinWithoutRtc(room);
      return joinSession(room, endpointFor(room, endpoints, options, rtc), options.signaling);
    },
  };
};

/** One endpoint serves all rooms; only a second peer of the same room, in the same process, needs another. */
const endpointFor = (
  room: TransportRoom,
  endpoints: Endpoint[],
  options: WebrtcOptions,
  rtc: RtcConstructor,
): Endpoint => {
  const tag = roomTag(room.topic);
  const free = endpoints.find((endpoint) => !endpoint.hasRoom(tag));
  if (free) return free;
  const settings: ConnectionSettings = {
    rtc,
    iceServers: options.iceServers ?? defaultIceServers,
    iceTransportPolicy: options.iceTransportPolicy ?? "all",
  };
  const maxConnections = options.maxConnections ?? webrtcLimits.maxConnections;
  const endpoint = new Endpoint({ clock: room.clock, random: room.random, settings, maxConnections });
  endpoints.push(endpoint);
  return endpoint;
};

const nativeRtc = (): RtcConstructor | undefined =>
  typeof RTCPeerConnection === "undefined" ? undefined : RTCPeerConnection;

const joinWithoutRtc = (room: TransportRoom): TransportSession => {
  let closed = false;
  queueMicrotask(() => {
    if (closed) return;
    const message =
      "This runtime has no WebRTC. In Node give an implementation: webrtc({ RTCPeerConnection }), for instance from node-datachannel/polyfill.";
    room.onStatus({ signaling: "none", problem: new ManyhandsError("unsupported", message) });
  });
  return {
    wake: () => undefined,
    close: () => {
      closed = true;
    },
  };
};
