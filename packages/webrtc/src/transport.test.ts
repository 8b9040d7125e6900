import { describeTransport } from "@manyhands/testing/contracts";
import { RTCPeerConnection } from "node-datachannel/polyfill";
import { SignalingHub } from "../test/in-memory-signaling.js";
import { describeRealNetwork } from "../test/real-network.js";
import { webrtc } from "./transport.js";

describeTransport("webrtc over node-datachannel", () => {
  const hub = new SignalingHub();
  return {
    createTransport: () => webrtc({ signaling: [hub.signaling()], iceServers: [], RTCPeerConnection }),
    close: () => undefined,
  };
});

describeRealNetwork("node-datachannel", { rtc: RTCPeerConnection, canRestart: false, steady: false });
