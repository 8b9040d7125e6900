import type { Random } from "@manyhands/core";
import { onTestFinished } from "vitest";
import { decodeMessage, type SignalMessage } from "../src/messages.js";
import { type WebrtcOptions, webrtc } from "../src/transport.js";
import { FakeClock } from "./fake-clock.js";
import { fakeRandom } from "./fake-random.js";
import { FakeNet } from "./fake-rtc.js";
import { SignalingHub } from "./in-memory-signaling.js";
import { joinTestRoom, type TestRoom, unseal } from "./test-room.js";

/** Peers with a made-up network, signaling and time; every message takes 5 ms. */
export class FakeWorld {
  readonly clock: FakeClock = new FakeClock();
  readonly random: Random;
  readonly net: FakeNet = new FakeNet(this.clock);
  readonly hub: SignalingHub = new SignalingHub((run) => void this.clock.setTimer(run, 5));
  readonly rooms: TestRoom[] = [];

  constructor(seed = 7) {
    this.random = fakeRandom(seed);
    onTestFinished(() => {
      for (const room of this.rooms) room.session.close();
    });
  }

  transport(options: Partial<WebrtcOptions> = {}): ReturnType<typeof webrtc> {
    return webrtc({
      signaling: [this.hub.signaling()],
      iceServers: [],
      RTCPeerConnection: this.net.rtc,
      ...options,
    });
  }

  room(transport = this.transport(), topic = "room"): TestRoom {
    const room = joinTestRoom({ transport, clock: this.clock, random: this.random, topic });
    this.rooms.push(room);
    return room;
  }

  /** Everything said so far that members can read. */
  get said(): readonly SignalMessage[] {
    return this.hub.published.flatMap((sealed) => decodeMessage(unseal(sealed) ?? new Uint8Array(0)) ?? []);
  }

  areLinked(one: TestRoom, two: TestRoom): boolean {
    return one.openLink(two.self) !== undefined && two.openLink(one.self) !== undefined;
  }
}
