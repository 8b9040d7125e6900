import { complete, Devices, joinIn, type Site } from "../browsers.bench.js";
import type { Library } from "../page/shared-text.bench.js";
import { alternate, sleep } from "../rounds.bench.js";
import { compare, type Row } from "../row.js";

const documentLength = 100_000;

/** From joining a room that is under way to its whole text. */
export const measureJoin = async (
  site: Site,
  sizes: readonly number[] = [2, 8],
  rounds = 9,
): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const size of sizes) {
    const theirs = await openRoom(site, "y-webrtc", size - 1);
    const ours = await openRoom(site, "manyhands", size - 1);
    try {
      rows.push(
        compare({
          name: `join → whole text, 100 KB, N = ${size}`,
          peerName: "y-webrtc",
          unit: " ms",
          ...(await alternate(rounds, 2, theirs.joinOnce, ours.joinOnce)),
          limit: "about 30 ms: one connection and its signaling",
          aim: { of: "ratio", atMost: 1 },
        }),
      );
    } finally {
      await theirs.devices.close();
      await ours.devices.close();
    }
  }
  return rows;
};

const openRoom = async (
  site: Site,
  library: Library,
  members: number,
): Promise<{ readonly devices: Devices; joinOnce(): Promise<number> }> => {
  const devices = await Devices.start(site);
  const pages = await devices.room(library, `join-${members}`, members);
  await pages[0]?.evaluate(async (length) => {
    window.bench.fill(length);
    await window.bench.shared.whenSaved();
  }, documentLength);
  await complete(pages, documentLength);
  return {
    devices,
    joinOnce: async () => {
      const page = await devices.page();
      // Whoever left last time is forgotten by now.
      await sleep(500);
      await page.evaluate(() => Object.assign(window, { begin: performance.now() }));
      await joinIn(page, site, library, `join-${members}`);
      const ms = await page.evaluate(async (length) => {
        const at = await window.bench.whenLength(length, 30_000);
        return at === undefined ? undefined : at - (Reflect.get(window, "begin") as number);
      }, documentLength);
      await page.evaluate(() => window.bench.shared.leave());
      await page.context().close();
      return ms ?? Number.POSITIVE_INFINITY;
    },
  };
};
