import { Devices, type Site } from "../browsers.bench.js";
import { presenceState, simulateIdle } from "../idle-simulated.bench.js";
import { sleep } from "../rounds.bench.js";
import { compare, type Row } from "../row.js";

const size = 8;
/** y-protocols renews every awareness state each 15 s: four renewals. */
const watchedSeconds = 60;

/** What a device of a quiet room sends: ours in the simulator, y-webrtc in real pages. */
export const measureIdleTraffic = async (site: Site): Promise<Row[]> => {
  const ours = await simulateIdle(size, 10);
  const theirs = await watchYWebrtc(site);
  const limit = "6 B/s: a digest to each of 7, once a minute";
  return [
    compare({
      name: `idle: bytes each device of ${size} gives to its links`,
      peerName: "y-webrtc",
      unit: " B/s",
      peer: [theirs.bytesPerSecond],
      ours: [ours.bytesPerSecond],
      limit,
      aim: { of: "ratio", atMost: 0.05 },
    }),
    compare({
      name: `idle: messages each device of ${size} gives to its links`,
      peerName: "y-webrtc",
      unit: " /s",
      peer: [theirs.framesPerSecond],
      ours: [ours.framesPerSecond],
      limit: "0.12 /s: a digest to each of 7, once a minute",
      aim: { of: "ratio", atMost: 0.5 },
    }),
  ];
};

const watchYWebrtc = async (site: Site): Promise<Awaited<ReturnType<typeof simulateIdle>>> => {
  const devices = await Devices.start(site);
  try {
    const pages = await devices.room("y-webrtc", "idle", size);
    for (const [at, page] of pages.entries())
      await page.evaluate(
        (state) => window.bench.shared.awareness.setLocalState(state),
        presenceState(`d${at}`),
      );
    await sleep(5_000);
    await Promise.all(pages.map((page) => page.evaluate(() => window.bench.counter.reset())));
    await sleep(watchedSeconds * 1_000);
    const counts = await Promise.all(pages.map((page) => page.evaluate(() => window.bench.counter.read())));
    const sum = (of: "frames" | "bytes"): number => counts.reduce((total, count) => total + count[of], 0);
    const deviceSeconds = size * watchedSeconds;
    return {
      bytesPerSecond: sum("bytes") / deviceSeconds,
      framesPerSecond: sum("frames") / deviceSeconds,
    };
  } finally {
    await devices.close();
  }
};
