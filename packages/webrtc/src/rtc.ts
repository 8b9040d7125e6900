/** What is used of an `RTCPeerConnection`; implementations for Node fit it too. */
export type RtcConnection = Omit<RTCPeerConnection, "ondatachannel">;

/** What makes an `RTCPeerConnection`: the browser's own class, or one given for Node. */
export type RtcConstructor = new (configuration?: RTCConfiguration) => RtcConnection;
