import type { JoinOptions } from "manyhands";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Browsers } from "./browsers.js";

/** The secret of all rooms of the tests; their names tell them apart. */
const secret: string = `${"A".repeat(42)}E`;

/** What can be handed to a page. */
type PlainOptions = Pick<JoinOptions, "passphrase" | "invite"> & { readonly signaling?: string[] };

/** Opens a room in the page and waits until it is loaded. Returns the session's Yjs client. */
export const openRoom = (
  page: Page,
  browsers: Browsers,
  name: string,
  options: PlainOptions = {},
): Promise<number> => {
  const given = {
    ...(options.passphrase || options.invite ? {} : { secret }),
    ...browsers.joinOptions,
    ...options,
  };
  return page.evaluate(([room, joining]) => window.testPage.open(room, joining), [name, given] as const);
};

/** Inserts at the end, or at `at`. */
export const typeInto = async (page: Page, words: string, at?: number): Promise<void> => {
  await page.evaluate(
    ([given, position]) => {
      const text = window.testPage.room.doc.getText("text");
      text.insert(position ?? text.length, given);
    },
    [words, at] as const,
  );
};

export const textOf = (page: Page): Promise<string> => page.evaluate(() => window.testPage.text());

/** The room's state as plain data: an error that leaves a page keeps only its message. */
export const stateOf = (page: Page) =>
  page.evaluate(() => {
    const { problem, storage, ...rest } = window.testPage.room.state;
    const stored =
      storage.kind === "memory" ? { kind: storage.kind, problem: storage.problem?.code } : storage;
    return { ...rest, storage: stored, problem: problem?.code };
  });

/** Waits until everything written in the page is in its store. */
export const whenSaved = (page: Page): Promise<void> => page.evaluate(() => window.testPage.room.whenSaved());

export const pullCable = (page: Page): Promise<void> => page.evaluate(() => window.testPage.cable.pull());
export const plugCable = (page: Page): Promise<void> => page.evaluate(() => window.testPage.cable.plug());

/** Waits until all pages show the same text, and returns it. */
export const expectSameText = async (pages: readonly Page[], timeout = 20_000): Promise<string> => {
  const texts = (): Promise<string[]> => Promise.all(pages.map(textOf));
  await expect.poll(async () => new Set(await texts()).size, { timeout }).toBe(1);
  return (await texts())[0] ?? "";
};

/** Waits until the page is linked to so many peers and synced with all. */
export const expectSynced = async (page: Page, peers: number, timeout = 20_000): Promise<void> => {
  const linked = async (): Promise<string> => {
    const state = await stateOf(page);
    return `${state.peers.length} peers, ${state.synced ? "synced" : "not synced"}`;
  };
  await expect.poll(linked, { timeout }).toBe(`${peers} peers, synced`);
};
