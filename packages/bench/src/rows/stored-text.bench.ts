import type { Page } from "playwright-core";
import { type Site, visit, withDiskPage } from "../browsers.bench.js";
import type { StoringLibrary } from "../page/stored-text.bench.js";
import { paperEdits } from "../paper.bench.js";
import { alternate } from "../rounds.bench.js";
import { compare, type Row } from "../row.js";

const openedEdits = 100_000;
/** Above `limits.stateIdleMs`: the room has kept its state by then. */
const restMs = 5_000;

/** A stored document is opened, and keystrokes are stored: a Chromium with a profile on disk, beside y-indexeddb. */
export const measureStoredText = (site: Site, rounds = 7): Promise<Row[]> =>
  withDiskPage(async (page) => {
    await visit(page, site);
    return [...(await measureOpening(page, site, rounds)), ...(await measureTyping(page, site, rounds))];
  });

const measureOpening = async (page: Page, site: Site, rounds: number): Promise<Row[]> => {
  const edits = paperEdits(openedEdits);
  await page.evaluate((given) => window.bench.stored.fillYIndexedDb("theirs", given), edits);
  await page.evaluate((given) => window.bench.stored.fillRoom("ours", given, 0), edits);
  const { length } = await open(page, site, "y-indexeddb", "theirs");
  const opening = (library: StoringLibrary, name: string) => async (): Promise<number> => {
    const opened = await open(page, site, library, name);
    if (opened.length !== length)
      throw new Error(`${library} opened ${opened.length} of ${length} characters`);
    return opened.ms;
  };
  const about = { peerName: "y-indexeddb", unit: " ms" };
  const name = `open after ${openedEdits.toLocaleString("en-US")} edits`;
  const burst = await alternate(rounds, 1, opening("y-indexeddb", "theirs"), opening("manyhands", "ours"));

  await page.evaluate((room) => window.bench.stored.compactYIndexedDb(room), "theirs");
  await page.evaluate(
    async ([given, rest]) => await window.bench.stored.fillRoom("ours-rested", given, rest),
    [edits, restMs] as const,
  );
  const rested = await alternate(
    rounds,
    1,
    opening("y-indexeddb", "theirs"),
    opening("manyhands", "ours-rested"),
  );
  return [
    compare({
      ...about,
      ...burst,
      name: `${name} in one go (Chromium, disk)`,
      limit: "10 ms: read and apply one state",
      aim: { of: "ratio", atMost: 1 / 40 },
    }),
    compare({
      ...about,
      ...rested,
      name: `${name} and a pause: both have compacted`,
      limit: "10 ms: read and apply one state",
      aim: { of: "ratio", atMost: 0.8 },
    }),
  ];
};

/** In a page that was just loaded, as a user opens it. */
const open = async (
  page: Page,
  site: Site,
  library: StoringLibrary,
  name: string,
): Promise<{ readonly ms: number; readonly length: number }> => {
  await visit(page, site);
  return await page.evaluate(([which, room]) => window.bench.stored.timeOpen(which, room), [
    library,
    name,
  ] as const);
};

const measureTyping = async (page: Page, site: Site, rounds: number): Promise<Row[]> => {
  let made = 0;
  const typing = (library: StoringLibrary, count: number, perTurn: number) => async (): Promise<number> => {
    await visit(page, site);
    return await page.evaluate(
      ([which, name, edits, turn]) => window.bench.stored.timeTyping(which, name, edits, turn),
      [library, `typing-${made++}`, paperEdits(count), perTurn] as const,
    );
  };
  const about = { peerName: "y-indexeddb", unit: " µs" };
  return [
    compare({
      ...about,
      ...(await alternate(rounds, 1, typing("y-indexeddb", 5_000, 50), typing("manyhands", 5_000, 50))),
      name: "store a keystroke: 5,000 in a burst, until the last is on disk",
      limit: "15 µs: packed records",
      aim: { of: "ratio", atMost: 1 / 60 },
    }),
    compare({
      ...about,
      ...(await alternate(rounds, 1, typing("y-indexeddb", 500, 0), typing("manyhands", 500, 0))),
      name: "store a keystroke: 500, each on disk before the next",
      limit: "one transaction",
      aim: { of: "ratio", atMost: 1.5 },
    }),
  ];
};
