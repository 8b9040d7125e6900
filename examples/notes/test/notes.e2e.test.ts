import { createSignalingServer, type SignalingServer } from "@manyhands/server";
import {
  type Browser,
  type BrowserContext,
  chromium,
  firefox,
  type Locator,
  type Page,
} from "playwright-core";
import { type PreviewServer, preview } from "vite";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { chromiumLaunch, firefoxLaunch } from "../../../scripts/browsers.mjs";

/** The notes app as people get it: the production build, behind a plain web server. */
let site: PreviewServer;
let signaling: SignalingServer;
let browser: Browser;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  signaling = await createSignalingServer({ port: 0, host: "127.0.0.1" });
  const root = new URL("..", import.meta.url).pathname;
  site = await preview({ root, logLevel: "error", preview: { port: 0, host: "localhost" } });
  browser = await chromium.launch({ ...chromiumLaunch(), headless: true });
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await signaling.close();
});

const openPage = async (hash = "", query = `?signaling=${signaling.url}`): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  contexts.push(context);
  const page = await context.newPage();
  await page.goto(`${site.resolvedUrls?.local[0] ?? ""}${query}${hash}`);
  return page;
};

const editor = (page: Page): Locator => page.getByTestId("editor");

/** The note's text without the carets of others. */
const written = (page: Page): Promise<string> =>
  editor(page).evaluate((node) => {
    const copy = node.cloneNode(true) as HTMLElement;
    for (const caret of copy.querySelectorAll("[class*=caret]")) caret.remove();
    return copy.textContent ?? "";
  });

/** Makes a notebook and returns its page and its link's fragment. */
const createNotebook = async (): Promise<{ page: Page; hash: string }> => {
  const page = await openPage();
  await page.getByTestId("new-notebook").click();
  await editor(page).waitFor();
  await expect.poll(() => new URL(page.url()).hash).toMatch(/^#mh1\./);
  return { page, hash: new URL(page.url()).hash };
};

test("a notebook is written by two people at once, by its link alone", async () => {
  const { page: ana, hash } = await createNotebook();
  const ben = await openPage(hash);
  await editor(ben).waitFor();
  await editor(ana).click();
  await ana.keyboard.press("Control+End");
  await ana.keyboard.type("Ana writes here.");
  await expect.poll(() => editor(ben).innerText()).toContain("Ana writes here.");
  await editor(ben).click();
  await ben.keyboard.press("Control+End");
  await ben.keyboard.type(" And Ben.");
  await expect.poll(() => editor(ana).innerText()).toContain("Ana writes here. And Ben.");
  await expect.poll(() => ana.getByTestId("status").innerText()).toContain("2 devices");
  await expect.poll(() => ana.getByTestId("people").locator("button, li").count()).toBeGreaterThan(0);
});

test("offline, both reload the app, write, and merge when they are back", async () => {
  const { page: ana, hash } = await createNotebook();
  const ben = await openPage(hash);
  await editor(ben).waitFor();
  await expect.poll(() => ana.getByTestId("status").innerText()).toContain("2 devices");
  for (const page of [ana, ben]) {
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.context().setOffline(true);
    await page.reload();
    await editor(page).waitFor();
  }
  for (const [page, words] of [
    [ana, "Ana on a train. "],
    [ben, "Ben in a cellar. "],
  ] as const) {
    await editor(page).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(words);
    await expect.poll(() => page.getByTestId("status").innerText()).toMatch(/saved on/i);
  }
  for (const page of [ana, ben]) await page.context().setOffline(false);
  for (const page of [ana, ben]) {
    for (const words of ["Ana on a train.", "Ben in a cellar."]) {
      await expect.poll(() => editor(page).innerText(), { timeout: 30_000 }).toContain(words);
    }
  }
  expect(await written(ana)).toBe(await written(ben));
});

test("Firefox and Chromium write one notebook", { timeout: 120_000 }, async () => {
  const fox = await firefox.launch({ ...firefoxLaunch(), headless: true });
  try {
    const { page: ana, hash } = await createNotebook();
    const ben = await (await fox.newContext()).newPage();
    await ben.goto(`${site.resolvedUrls?.local[0] ?? ""}?signaling=${signaling.url}${hash}`);
    await editor(ben).waitFor();
    await editor(ana).click();
    await ana.keyboard.press("Control+End");
    await ana.keyboard.type("from Chromium");
    await expect.poll(() => editor(ben).innerText(), { timeout: 20_000 }).toContain("from Chromium");
    await editor(ben).click();
    await ben.keyboard.press("Control+End");
    await ben.keyboard.type(", from Firefox");
    await expect.poll(() => editor(ana).innerText()).toContain("from Chromium, from Firefox");
  } finally {
    await fox.close();
  }
});

test("a damaged link leads to a page that says so", async () => {
  const page = await openPage("#mh1.this-is-no-link");
  await page.getByTestId("error-page").waitFor();
  expect(await page.getByTestId("error-page").innerText()).toMatch(/link/i);
});

test("without signaling the status says so, and writing goes on", async () => {
  const page = await openPage("", "?signaling=ws://127.0.0.1:9");
  await page.getByTestId("new-notebook").click();
  await editor(page).click();
  await page.keyboard.type("alone ");
  await expect
    .poll(() => page.getByTestId("status").innerText(), { timeout: 20_000 })
    .toMatch(/not connected/i);
  expect(await editor(page).innerText()).toContain("alone");
});

test("blocked storage is said on the screen", async () => {
  const context = await browser.newContext();
  contexts.push(context);
  await context.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("denied", "SecurityError");
    };
  });
  const page = await context.newPage();
  await page.goto(`${site.resolvedUrls?.local[0] ?? ""}?signaling=${signaling.url}`);
  await page.getByTestId("new-notebook").click();
  await editor(page).waitFor();
  await expect.poll(() => page.getByTestId("status").innerText()).toMatch(/only in memory/i);
});

test("a page without a secure context says how to get one", async () => {
  const context = await browser.newContext();
  contexts.push(context);
  await context.addInitScript(() => Object.defineProperty(crypto, "subtle", { value: undefined }));
  const page = await context.newPage();
  await page.goto(`${site.resolvedUrls?.local[0] ?? ""}?signaling=${signaling.url}`);
  await page.getByTestId("new-notebook").click();
  await page.getByTestId("error-page").waitFor();
  expect(await page.getByTestId("error-page").innerText()).toMatch(/https/i);
});

test("a megabyte that is really pasted arrives at the other", async () => {
  const { page: ana, hash } = await createNotebook();
  const ben = await openPage(hash);
  await editor(ben).waitFor();
  await ana.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const paste = "All work and no play makes Jack a dull boy. ".repeat(23_832);
  await ana.evaluate((text) => navigator.clipboard.writeText(text), paste);
  await editor(ana).click();
  await ana.keyboard.press("Control+End");
  await ana.keyboard.press("Control+v");
  const length = async (): Promise<number> => (await written(ben)).length;
  await expect.poll(length, { timeout: 30_000 }).toBeGreaterThan(paste.length);
  expect(await written(ben)).toContain(paste.trim());
});

test("Ctrl+Z takes back one's own words and leaves the other's", async () => {
  const { page: ana, hash } = await createNotebook();
  const ben = await openPage(hash);
  await editor(ben).waitFor();
  await editor(ana).click();
  await ana.keyboard.press("Control+End");
  await ana.keyboard.type("Ana's sentence.");
  await expect.poll(() => written(ben)).toContain("Ana's sentence.");
  await editor(ben).click();
  await ben.keyboard.press("Control+End");
  for (let at = 0; at < "sentence.".length; at++) await ben.keyboard.press("ArrowLeft");
  await ben.keyboard.type("[BEN]");
  await expect.poll(() => written(ana)).toContain("Ana's [BEN]sentence.");
  for (let times = 0; times < 20; times++) await ana.keyboard.press("Control+z");
  await expect.poll(() => written(ben)).not.toContain("sentence");
  expect(await written(ana)).toContain("[BEN]");
  // What was there before she began stays too.
  expect(await written(ana)).toContain("Write together");
});

test("two people write on two pages at once, and find each other's", async () => {
  const { page: ana, hash } = await createNotebook();
  const ben = await openPage(hash);
  await editor(ben).waitFor();
  await ana.getByTestId("new-page").click();
  await ana.keyboard.type("Ana's plans");
  await editor(ana).click();
  await ana.keyboard.type("Only on this page.");
  await expect.poll(() => ben.getByTestId("page-list").innerText()).toContain("Ana's plans");
  await editor(ben).click();
  await ben.keyboard.press("Control+End");
  await ben.keyboard.type("Ben stays on the first.");
  await ben.getByTestId("page-item").filter({ hasText: "Ana's plans" }).click();
  await expect.poll(() => written(ben)).toBe("Only on this page.");
  await ana.getByTestId("page-item").filter({ hasText: "Welcome" }).click();
  await expect.poll(() => written(ana)).toContain("Ben stays on the first.");
});

test("on a phone in the dark everything fits, and the pages are in a drawer", async () => {
  const { hash } = await createNotebook();
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    colorScheme: "dark",
    isMobile: true,
    hasTouch: true,
  });
  contexts.push(context);
  const phone = await context.newPage();
  await phone.goto(`${site.resolvedUrls?.local[0] ?? ""}?signaling=${signaling.url}${hash}`);
  await editor(phone).waitFor();
  const look = await phone.evaluate(() => ({
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    background: getComputedStyle(document.body).backgroundColor,
  }));
  expect(look.overflow).toBeLessThanOrEqual(0);
  const [red = 255] = (look.background.match(/\d+/g) ?? []).map(Number);
  expect(red).toBeLessThan(64);
  await phone.getByTestId("open-sidebar").click();
  await phone.getByTestId("page-item").first().click();
  await editor(phone).waitFor();
});

test("a link that is whole but of no notebook says that nobody has been met, and claims nothing", async () => {
  const page = await openPage();
  await page.getByTestId("new-notebook").click();
  await editor(page).waitFor();
  const hash = new URL(page.url()).hash;
  await page.context().close();
  const stranger = await openPage(hash);
  await expect
    .poll(() => stranger.getByTestId("status").innerText(), { timeout: 15_000 })
    .toMatch(/looking/i);
  expect(await stranger.getByTestId("status").innerText()).not.toMatch(/saved/i);
});
