export { createRoom } from "@manyhands/core";
export { webSocketSignaling } from "@manyhands/signaling";
export { indexedDbStore } from "@manyhands/store-indexeddb";
export { webrtc } from "@manyhands/webrtc";
