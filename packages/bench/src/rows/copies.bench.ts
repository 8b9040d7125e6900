import { complete, Devices, type Site } from "../browsers.bench.js";
import type { Library } from "../page/shared-text.bench.js";
import { sleep } from "../rounds.bench.js";
import { compare, type Row } from "../row.js";

/** Typists at once; the others watch. */
const typists = 3;
/** What trails behind an edit: receipts, the last presence. */
const trailMs = 1_500;

interface Spread {
  /** Document frames per edit and device that needs it. */
  readonly copies: number;
  /** Bytes of the whole room per edit, with DTLS and SCTP. */
  readonly wireBytes: number;
}

/** How often an edit is sent, and what it costs on the wire: counted in real Chromium pages, all in one room. */
export const measureCopies = async (
  site: Site,
  sizes: readonly number[] = [2, 6, 16],
  editsEach = 20,
): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const size of sizes) {
    const theirs = await countSpread(site, "y-webrtc", size, editsEach);
    const ours = await countSpread(site, "manyhands", size, editsEach);
    rows.push(
      compare({
        name: `copies of each edit per device that needs it, N = ${size}`,
        peerName: "y-webrtc",
        unit: "",
        peer: [theirs.copies],
        ours: [ours.copies],
        limit: "1",
        aim: { of: "value", atMost: 1.03 },
      }),
      compare({
        name: `wire bytes of the whole room per edit, N = ${size}`,
        peerName: "y-webrtc",
        unit: " B",
        peer: [theirs.wireBytes],
        ours: [ours.wireBytes],
        limit: `${((size - 1) * 300).toLocaleString("en-US")} B: ${size - 1} signed blocks`,
        aim: { of: "ratio", atMost: 1.25 / size },
      }),
    );
  }
  return rows;
};

const countSpread = async (
  site: Site,
  library: Library,
  size: number,
  editsEach: number,
): Promise<Spread> => {
  const devices = await Devices.start(site);
  try {
    const pages = await devices.room(library, `copies-${size}`, size);
    const typing = pages.slice(0, typists);
    // 20 edits a second in the room; a large one gets time to breathe, as y-webrtc sends 240 messages for each.
    const everyMs = (typing.length * 1_000) / (size > 8 ? 5 : 20);
    await type(typing, 1, everyMs);
    await complete(pages, typing.length);
    await sleep(trailMs);
    await Promise.all(pages.map((page) => page.evaluate(() => window.bench.counter.reset())));
    await type(typing, editsEach, everyMs);
    const edits = typing.length * editsEach;
    await complete(pages, typing.length + edits);
    await sleep(trailMs);
    const counts = await Promise.all(pages.map((page) => page.evaluate(() => window.bench.counter.read())));
    const sum = (of: "documentFrames" | "transportBytes"): number =>
      counts.reduce((total, count) => total + count[of], 0);
    return { copies: sum("documentFrames") / (edits * (size - 1)), wireBytes: sum("transportBytes") / edits };
  } finally {
    await devices.close();
  }
};

const type = async (
  pages: Awaited<ReturnType<Devices["room"]>>,
  count: number,
  everyMs: number,
): Promise<void> => {
  await Promise.all(
    pages.map((page) =>
      page.evaluate(([edits, ms]) => window.bench.type(edits, ms), [count, everyMs] as const),
    ),
  );
};
