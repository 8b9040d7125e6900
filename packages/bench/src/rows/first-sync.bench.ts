import type { Page } from "playwright-core";
import { Devices, joinIn, type Site } from "../browsers.bench.js";
import type { Library } from "../page/shared-text.bench.js";
import { alternate } from "../rounds.bench.js";
import { compare, type Row } from "../row.js";

const sizes = [
  { length: 250_000, name: "0.25 MB", rounds: 7 },
  { length: 1_000_000, name: "1 MB", rounds: 7 },
  { length: 20_000_000, name: "20 MB", rounds: 3 },
] as const;
/** y-webrtc gets so long for what it cannot do: a message above 256 KiB is refused, and the refusal is swallowed. */
const patienceMs = 10_000;

/** From the first open data channel to the whole document at a newcomer, beside the same bytes over a bare channel. */
export const measureFirstSync = async (site: Site): Promise<Row[]> => {
  const devices = await Devices.start(site);
  const rows: Row[] = [];
  try {
    for (const { length, name, rounds } of sizes) {
      const writer = await devices.page();
      const room = `first-sync-${length}`;
      await joinIn(writer, site, "manyhands", room);
      await fill(writer, length);
      const raw = await alternate(
        rounds,
        1,
        () => timeRaw(devices, length),
        () => timeJoin(devices, site, "manyhands", room, length),
      );
      rows.push(
        compare({
          name: `first sync of ${name} after the link opened`,
          peerName: "bare data channel",
          unit: " ms",
          ...raw,
          limit: "1×",
          aim: { of: "ratio", atMost: 1 / 0.9 },
        }),
      );
      const plain = await devices.page();
      await joinIn(plain, site, "y-webrtc", room);
      await fill(plain, length);
      const theirs = await alternate(
        length > 256 * 1024 ? 1 : rounds,
        length > 256 * 1024 ? 0 : 1,
        () => timeJoin(devices, site, "y-webrtc", room, length),
        () => timeJoin(devices, site, "manyhands", room, length),
      );
      rows.push(
        compare({
          name: `the same, ${name}`,
          peerName: "y-webrtc",
          unit: " ms",
          ...theirs,
          limit: "the bare channel",
          aim: { of: "ratio", atMost: 1 },
        }),
      );
      await plain.context().close();
      await writer.context().close();
    }
  } finally {
    await devices.close();
  }
  return rows;
};

const fill = (page: Page, length: number): Promise<void> =>
  page.evaluate(async (size) => {
    window.bench.fill(size);
    await window.bench.shared.whenSaved();
  }, length);

/** A newcomer in a page of its own joins and goes. */
const timeJoin = async (
  devices: Devices,
  site: Site,
  library: Library,
  room: string,
  length: number,
): Promise<number> => {
  const page = await devices.page();
  await joinIn(page, site, library, room);
  const ms = await page.evaluate(
    async ([size, timeout]) => {
      const at = await window.bench.whenLength(size, timeout);
      const from = window.bench.counter.firstOpenAt();
      return at === undefined || from === undefined ? undefined : at - from;
    },
    [length, library === "y-webrtc" ? patienceMs : 120_000] as const,
  );
  await page.evaluate(() => window.bench.shared.leave());
  await page.context().close();
  return ms ?? Number.POSITIVE_INFINITY;
};

const timeRaw = async (devices: Devices, length: number): Promise<number> => {
  const [sender, receiver] = [await devices.page(), await devices.page()];
  for (const page of [sender, receiver]) await page.evaluate(() => window.bench.newRaw());
  const offer = await sender.evaluate(() => window.bench.raw.offer());
  const answer = await receiver.evaluate((given) => window.bench.raw.answer(given), offer);
  const done = receiver.evaluate(async (bytes) => {
    const at = await window.bench.raw.received(bytes);
    return at - (window.bench.counter.firstOpenAt() ?? Number.NaN);
  }, length);
  await sender.evaluate(([given, bytes]) => window.bench.raw.send(given, bytes), [answer, length] as const);
  const ms = await done;
  for (const page of [sender, receiver]) await page.context().close();
  return ms;
};
