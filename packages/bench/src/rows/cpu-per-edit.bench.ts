import type { Page } from "playwright-core";
import { complete, Devices, type Site } from "../browsers.bench.js";
import type { Library } from "../page/shared-text.bench.js";
import { sleep } from "../rounds.bench.js";
import { compare, type Row } from "../row.js";

const size = 6;
const editsPerSecond = 20;
/** Above `limits.stateIdleMs`: what a room puts off until nobody types was caused by the edits, and counts. */
const trailMs = 3_000;
/** A room that has just formed still settles; then it is watched while nothing was typed yet. */
const settleMs = 5_000;
const quietMs = 6_000;

/** A room in a browser of its own, and what it has typed so far. */
interface Crowd {
  readonly devices: Devices;
  readonly pages: readonly Page[];
  length: number;
  /** CPU ms per ms before anything was typed. */
  idle: number;
}

/** CPU time of all processes of the browser for each edit and page that shows it, above what the quiet room takes. */
export const measureCpuPerEdit = async (site: Site, rounds = 7, seconds = 3): Promise<Row[]> => {
  const crowds: Crowd[] = [];
  const gather = async (library: Library, room: string, stored: boolean): Promise<Crowd> => {
    const devices = await Devices.start(site);
    const crowd = { devices, pages: [], length: 0, idle: 0 };
    crowds.push(crowd);
    return Object.assign(crowd, { pages: await devices.room(library, room, size, stored) });
  };
  try {
    const theirs = await gather("y-webrtc", "cpu-theirs", false);
    const ours = await gather("manyhands", "cpu-ours", true);
    const unstored = await gather("manyhands", "cpu-unstored", false);
    await sleep(settleMs);
    for (const crowd of crowds) {
      const quiet = await cpuMsDuring(crowd.devices, () => sleep(quietMs));
      crowd.idle = quiet.cpuMs / quiet.ms;
    }
    const figures = new Map(crowds.map((crowd) => [crowd, [] as number[]]));
    for (let round = -1; round < rounds; round++) {
      for (const [crowd, values] of round % 2 === 0 ? figures : [...figures].reverse()) {
        const ms = await cpuMsPerDelivery(crowd, seconds);
        if (round >= 0) values.push(ms);
      }
    }
    const about = {
      peerName: "y-webrtc, nothing stored",
      unit: " ms",
      peer: figures.get(theirs) ?? [],
      limit: "0.33 ms: one bare message",
      aim: { of: "ratio", atMost: 0.25 },
    } as const;
    const name = `CPU per delivered edit, N = ${size}, ${editsPerSecond} edits/s`;
    return [
      compare({ ...about, name: `${name}, stored in IndexedDB`, ours: figures.get(ours) ?? [] }),
      compare({ ...about, name: `${name}, nothing stored`, ours: figures.get(unstored) ?? [] }),
    ];
  } finally {
    for (const { devices } of crowds) await devices.close();
  }
};

const cpuMsPerDelivery = async (crowd: Crowd, seconds: number): Promise<number> => {
  const { devices, pages } = crowd;
  const each = Math.round((editsPerSecond * seconds) / size);
  const busy = await cpuMsDuring(devices, async () => {
    const everyMs = (size * 1_000) / editsPerSecond;
    await Promise.all(
      pages.map((page) =>
        page.evaluate(([count, ms]) => window.bench.type(count, ms), [each, everyMs] as const),
      ),
    );
    crowd.length += each * size;
    await complete(pages, crowd.length);
    await sleep(trailMs);
  });
  return (busy.cpuMs - crowd.idle * busy.ms) / (each * size * (size - 1));
};

const cpuMsDuring = async (
  devices: Devices,
  work: () => Promise<void>,
): Promise<{ cpuMs: number; ms: number }> => {
  const [cpuBefore, begin] = [devices.cpuMs(), performance.now()];
  await work();
  return { cpuMs: devices.cpuMs() - cpuBefore, ms: performance.now() - begin };
};
