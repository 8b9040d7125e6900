import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSignalingServer, type SignalingServer } from "@manyhands/server";
import { build } from "esbuild";
import { type Browser, type BrowserServer, chromium, type Page } from "playwright-core";
import { chromiumLaunch } from "../../../scripts/browsers.mjs";
import { cpuMsOfTree } from "./cpu-time.bench.js";
import type { Library } from "./page/shared-text.bench.js";
import { until } from "./rounds.bench.js";

/** The measured page, bundled as an app would be, and the signaling server that both libraries use. */
export class Site {
  readonly #http: Server;
  readonly #signaling: SignalingServer;
  readonly url: string;

  private constructor(http: Server, signaling: SignalingServer) {
    this.#http = http;
    this.#signaling = signaling;
    const address = http.address();
    this.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
  }

  static async start(): Promise<Site> {
    const { outputFiles } = await build({
      // Of the sources, wherever this file itself was compiled to.
      entryPoints: [new URL("../src/page/page.bench.ts", import.meta.url).pathname],
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "browser",
      target: "es2022",
      conditions: ["@manyhands/source"],
    });
    const script = outputFiles[0]?.text ?? "";
    const html = '<!doctype html><meta charset="utf-8"><body><script type="module" src="/page.js"></script>';
    const http = createServer(({ url }, response) => {
      const isScript = url === "/page.js";
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
      response.end(isScript ? script : html);
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return new Site(http, await createSignalingServer({ port: 0, host: "127.0.0.1" }));
  }

  get signaling(): string {
    return this.#signaling.url;
  }

  async stop(): Promise<void> {
    await this.#signaling.close();
    this.#http.close();
    this.#http.closeAllConnections();
  }
}

/** One Chromium whose every page is a device of its own. */
export class Devices {
  readonly #site: Site;
  readonly #server: BrowserServer;
  readonly #browser: Browser;

  private constructor(site: Site, server: BrowserServer, browser: Browser) {
    this.#site = site;
    this.#server = server;
    this.#browser = browser;
  }

  static async start(site: Site): Promise<Devices> {
    const server = await chromium.launchServer({ ...chromiumLaunch(), headless: true });
    return new Devices(site, server, await chromium.connect(server.wsEndpoint()));
  }

  get version(): string {
    return this.#browser.version();
  }

  async page(): Promise<Page> {
    const page = await (await this.#browser.newContext()).newPage();
    await visit(page, this.#site);
    return page;
  }

  /** Pages that are all linked to each other in one room. */
  async room(library: Library, room: string, count: number, stored = true): Promise<Page[]> {
    const pages: Page[] = [];
    for (let at = 0; at < count; at++) {
      const page = await this.page();
      await joinIn(page, this.#site, library, room, stored);
      pages.push(page);
    }
    await linked(pages, count - 1);
    return pages;
  }

  /** CPU time of all its processes so far, in ms. */
  cpuMs(): number {
    const { pid } = this.#server.process();
    if (pid === undefined) throw new Error("Chromium is not running");
    return cpuMsOfTree(pid);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}

/** One Chromium with a profile on disk. */
export const withDiskPage = async <Result>(work: (page: Page) => Promise<Result>): Promise<Result> => {
  const profile = mkdtempSync(join(tmpdir(), "manyhands-bench-"));
  const context = await chromium.launchPersistentContext(profile, { ...chromiumLaunch(), headless: true });
  try {
    return await work(context.pages()[0] ?? (await context.newPage()));
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
};

/** Loads the page, anew if it is there already. */
export const visit = async (page: Page, site: Site): Promise<void> => {
  await page.goto(site.url);
  await page.locator("body[data-ready=yes]").waitFor({ state: "attached" });
};

export const joinIn = async (
  page: Page,
  site: Site,
  library: Library,
  room: string,
  stored = true,
): Promise<void> => {
  const request = { library, room, signaling: site.signaling, stored };
  await page.evaluate((given) => window.bench.join(given), request);
};

/** Waits until every page has links to so many. */
export const linked = async (pages: readonly Page[], peers: number): Promise<void> => {
  const counts = (): Promise<number[]> =>
    Promise.all(pages.map((page) => page.evaluate(() => window.bench.shared.peers())));
  await until(
    async () => (await counts()).every((count) => count === peers),
    `links to ${peers}`,
    120_000,
    100,
  );
};

/** Waits until every page's text is that long. */
export const complete = async (pages: readonly Page[], length: number): Promise<void> => {
  const times = await Promise.all(
    pages.map((page) => page.evaluate((wanted) => window.bench.whenLength(wanted, 120_000), length)),
  );
  if (times.includes(undefined)) throw new Error(`not every text reached ${length} characters`);
};
