import { World } from "@manyhands/testing";

/** A cursor and a name: the JSON of what editors show of each other. */
export const presenceState = (name: string): Record<string, unknown> => ({
  user: { name, color: "#1a7f37", colorLight: "#1a7f3733" },
  cursor: {
    anchor: { type: null, tname: "text", item: { client: 1_234_567_890, clock: 4_321 }, assoc: 0 },
    head: { type: null, tname: "text", item: { client: 1_234_567_890, clock: 4_321 }, assoc: 0 },
  },
});

/** What each device of a quiet room sends, on average over ten minutes. */
export interface IdleTraffic {
  readonly bytesPerSecond: number;
  readonly framesPerSecond: number;
}

/** A room of `devices` that all show a cursor and then do nothing, in the simulator. */
export const simulateIdle = async (devices: number, minutes: number): Promise<IdleTraffic> => {
  const world = new World();
  for (let at = 0; at < devices; at++) {
    const device = await world.device(`d${at}`);
    await device.room.whenLoaded();
    device.room.awareness.setLocalState(presenceState(device.name));
    device.type(`${at}`);
  }
  await world.settle();
  await world.run(60_000);
  const total = (of: "frames" | "bytes"): number =>
    Object.values(world.network.delivered).reduce((sum, lane) => sum + lane[of], 0);
  const before = { frames: total("frames"), bytes: total("bytes") };
  await world.run(minutes * 60_000);
  const deviceSeconds = devices * minutes * 60;
  const traffic = {
    bytesPerSecond: (total("bytes") - before.bytes) / deviceSeconds,
    framesPerSecond: (total("frames") - before.frames) / deviceSeconds,
  };
  await world.close();
  return traffic;
};
