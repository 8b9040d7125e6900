import { type Clock, ManyhandsError } from "@manyhands/core";
import { webrtcLimits } from "./limits.js";

/** The servers themselves, or a function that fetches them: called for every connection, so that credentials may be short-lived. */
export type IceServers = RTCIceServer[] | (() => Promise<RTCIceServer[]>);

/** A public STUN server, enough for most home networks. It learns addresses, never content; name your own to avoid it. */
export const defaultIceServers: RTCIceServer[] = [{ urls: "stun:stun.l.google.com:19302" }];

/** The servers for one connection. Rejects with code `link-failed` if the function fails or does not answer in time. */
export const readIceServers = async (iceServers: IceServers, clock: Clock): Promise<RTCIceServer[]> => {
  if (typeof iceServers !== "function") return copyOf(iceServers);
  let cancel: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.setTimer(() => reject(new Error("it did not answer in time")), webrtcLimits.iceServersMs);
  });
  try {
    return copyOf(await Promise.race([iceServers(), late]));
  } catch (cause) {
    throw new ManyhandsError(
      "link-failed",
      "The function given as `iceServers` failed, so no connection can be made now; it is called again soon. Check the service that hands out the credentials.",
      { cause },
    );
  } finally {
    cancel?.();
  }
};

/** Copies, because some implementations write into what they are given. */
const copyOf = (servers: readonly RTCIceServer[]): RTCIceServer[] => servers.map((server) => ({ ...server }));
