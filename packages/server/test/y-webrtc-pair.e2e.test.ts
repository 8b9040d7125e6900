import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSignalingServer, type SignalingServer } from "@manyhands/server";
import { type Browser, chromium, type Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromiumLaunch } from "../../../scripts/browsers.mjs";

let vite: ViteDevServer;
let server: SignalingServer;
let browser: Browser;
beforeAll(async () => {
  vite = await createServer({
    root: new URL("./y-webrtc-page", import.meta.url).pathname,
    configFile: false,
    logLevel: "error",
    server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
    optimizeDeps: { include: ["y-webrtc", "yjs"] },
    cacheDir: mkdtempSync(join(tmpdir(), "manyhands-vite-")),
  });
  await vite.listen();
  server = await createSignalingServer({ port: 0, host: "127.0.0.1" });
  browser = await chromium.launch({ ...chromiumLaunch(), headless: true });
});
afterAll(async () => {
  await browser.close();
  await vite.close();
  await server.close();
});

const openPlain = async (query: string): Promise<Page> => {
  // A context of its own: without it y-webrtc would meet itself over BroadcastChannel.
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${vite.resolvedUrls?.local[0] ?? ""}?signaling=${server.url}${query}`);
  await page.locator("body[data-ready=yes]").waitFor({ state: "attached" });
  return page;
};

const read = (page: Page): Promise<string> =>
  page.evaluate(() => (window as unknown as { read(): string }).read());

test.each(["", "&password=correct horse"])(
  "a pair of plain y-webrtc clients works through this server (query %j)",
  async (query) => {
    const [a, b] = [await openPlain(query), await openPlain(query)];
    await a.evaluate(() => (window as unknown as { write(words: string): void }).write("plain"));
    await expect.poll(() => read(b), { timeout: 20_000 }).toBe("plain");
  },
);
