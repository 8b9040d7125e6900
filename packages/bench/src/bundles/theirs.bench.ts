export { IndexeddbPersistence } from "y-indexeddb";
export { WebrtcProvider } from "y-webrtc";
