import { describeTransport } from "@manyhands/testing/contracts";
import { SignalingHub } from "../test/in-memory-signaling.js";
import { describeRealNetwork } from "../test/real-network.js";
import { webrtc } from "./transport.js";

describeTransport("webrtc in this browser", () => {
  const hub = new SignalingHub();
  return {
    createTransport: () => webrtc({ signaling: [hub.signaling()], iceServers: [] }),
    close: () => undefined,
  };
});

describeRealNetwork("this browser", { rtc: RTCPeerConnection, canRestart: true, steady: true });
