import { type FriendsPlan, planFriends, readPaper } from "@manyhands/bench";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Browsers } from "./browsers.js";
import type { WrittenRun } from "./page/friends-author.js";
import * as inPage from "./room-in-page.js";

let browsers: Browsers;
beforeAll(async () => {
  browsers = await Browsers.start();
});
afterEach(async () => {
  await browsers.closeDevices();
});
afterAll(async () => {
  await browsers.stop();
});

/** A recorded author at a live browser. */
interface Seat {
  readonly page: Page;
  readonly author: 0 | 1;
  client: number;
}

const takeSeat = async ({ page, author }: Seat, plan: FriendsPlan): Promise<void> => {
  await page.evaluate(
    ([which, edits]) => {
      const { FriendsAuthor, room } = window.testPage;
      window.testPage.author = new FriendsAuthor(room.doc, which, edits, [[], []]);
    },
    [author, plan.authors[author]] as const,
  );
};

/** The author's characters get another client from here on; the other page learns where to find them. */
const beginRun = async (seat: Seat, other: Seat): Promise<void> => {
  const runs = await seat.page.evaluate(
    (client) => window.testPage.author?.beginRun(client) ?? [],
    seat.client,
  );
  await tellRuns(runs, other);
};

const tellRuns = async (runs: WrittenRun[], to: Seat): Promise<void> => {
  await to.page.evaluate((given) => window.testPage.author?.setOtherRuns(given), runs);
};

const typeUntil = (seat: Seat, upTo: number, patienceMs = 20_000): Promise<number> =>
  seat.page.evaluate(
    async ([target, patience]) => (await window.testPage.author?.typeUntil(target, patience)) ?? 0,
    [upTo, patienceMs] as const,
  );

/**
 * Where both authors inserted at one place at once, Yjs orders by client, and the record says which came out first: author 0
 * must have the smaller client. A session that wrote nothing leaves no trace, so the room is opened until chance agrees.
 */
const openUntil = async (page: Page, isRight: (client: number) => boolean): Promise<number> => {
  for (;;) {
    const client = await inPage.openRoom(page, browsers, "friends");
    if (isRight(client)) return client;
    await page.evaluate(() => window.testPage.room.close());
  }
};

test("two authors replay their history over WebRTC, with an offline stretch and a reload inside", {
  timeout: 240_000,
}, async () => {
  const plan = planFriends();
  const first: Seat = { page: await browsers.device(), author: 0, client: 0 };
  const second: Seat = { page: await browsers.device(), author: 1, client: 0 };
  first.client = await openUntil(first.page, (client) => client < 2 ** 52);
  second.client = await openUntil(second.page, (client) => client > 2 ** 52);
  for (const seat of [first, second]) await takeSeat(seat, plan);
  await beginRun(first, second);
  await beginRun(second, first);

  await Promise.all([typeUntil(first, 4_000), typeUntil(second, 4_000)]);

  // Offline, each types on until it needs what the other wrote.
  await inPage.pullCable(second.page);
  const offline = await Promise.all([typeUntil(first, 12_124, 500), typeUntil(second, 13_954, 500)]);
  expect(Math.max(...offline)).toBeGreaterThan(4_000);
  await inPage.plugCable(second.page);
  await Promise.all([typeUntil(first, 7_000), typeUntil(second, 8_000)]);

  await inPage.whenSaved(first.page);
  const [done, written, runs] = await first.page.evaluate(() => {
    const { author } = window.testPage;
    if (!author) throw new Error("nobody writes here");
    return [author.done, author.written, author.runs] as const;
  });
  await browsers.visit(first.page);
  first.client = await openUntil(first.page, (client) => client < 2 ** 52);
  await takeSeat(first, plan);
  await first.page.evaluate(([from, count, known]) => window.testPage.author?.resume(from, count, known), [
    done,
    written,
    runs,
  ] as const);
  await beginRun(first, second);

  const ends = await Promise.all([typeUntil(first, 12_124), typeUntil(second, 13_954)]);
  expect(ends).toEqual([12_124, 13_954]);
  expect(await inPage.expectSameText([first.page, second.page])).toBe(plan.endContent);
});

test("a paper of 259,778 edits: written in one browser, joined by a second, reloaded from disk in both", {
  timeout: 300_000,
}, async () => {
  const { txns, endContent } = readPaper();
  const [writer, reader] = [await browsers.deviceOnDisk(), await browsers.deviceOnDisk()];
  await inPage.openRoom(writer, browsers, "paper");
  await writer.evaluate(async (edits) => {
    const text = window.testPage.room.doc.getText("text");
    for (const [at, { patches }] of edits.entries()) {
      for (const [position, deleted, inserted] of patches) {
        if (deleted > 0) text.delete(position, deleted);
        if (inserted) text.insert(position, inserted);
      }
      if (at % 500 === 499) await new Promise((resolve) => setTimeout(resolve));
    }
  }, txns);
  expect(await inPage.textOf(writer)).toBe(endContent);
  await inPage.openRoom(reader, browsers, "paper");
  await expect
    .poll(async () => (await inPage.textOf(reader)).length, { timeout: 60_000 })
    .toBe(endContent.length);
  expect(await inPage.textOf(reader)).toBe(endContent);
  await expect.poll(async () => (await inPage.stateOf(writer)).saved.devices, { timeout: 20_000 }).toBe(1);
  for (const page of [writer, reader]) {
    await inPage.whenSaved(page);
    await browsers.visit(page);
    await inPage.openRoom(page, browsers, "paper", { signaling: [] });
    expect(await inPage.textOf(page)).toBe(endContent);
  }
});
