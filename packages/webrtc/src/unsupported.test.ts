import { expect, test, vi } from "vitest";
import { FakeClock } from "../test/fake-clock.js";
import { fakeRandom } from "../test/fake-random.js";
import { SignalingHub } from "../test/in-memory-signaling.js";
import { joinTestRoom } from "../test/test-room.js";
import { webrtc } from "./transport.js";

test("without an RTCPeerConnection the status says so after the join, and nothing throws", async () => {
  const hub = new SignalingHub();
  const transport = webrtc({ signaling: [hub.signaling()] });
  const room = joinTestRoom({ transport, clock: new FakeClock(), random: fakeRandom(1) });
  expect(room.statuses).toEqual([]);
  await vi.waitFor(() => expect(room.statuses).toHaveLength(1));
  expect(room.statuses[0]).toMatchObject({ signaling: "none", problem: { code: "unsupported" } });
  room.session.wake();
  room.session.close();
  room.session.close();
  expect(hub.joins).toBe(0);
});

test("no way to find peers is a mistake of the caller", () => {
  expect(() => webrtc({ signaling: [] })).toThrow(expect.objectContaining({ code: "invalid-option" }));
});

test("nothing happens before a room joins", () => {
  const hub = new SignalingHub();
  const iceServers = vi.fn(async () => []);
  webrtc({ signaling: [hub.signaling()], iceServers, RTCPeerConnection: vi.fn() as never });
  expect([hub.joins, iceServers.mock.calls.length]).toEqual([0, 0]);
});
