import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSignalingServer, type SignalingServer } from "@manyhands/server";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { chromiumLaunch } from "../../../scripts/browsers.mjs";

/** Real browsers around one test page and one signaling server. */
export class Browsers {
  readonly #vite: ViteDevServer;
  readonly #devices: { readonly context: BrowserContext; readonly profile?: string }[] = [];
  #shared: Browser | undefined;
  signaling: SignalingServer;

  private constructor(vite: ViteDevServer, signaling: SignalingServer) {
    this.#vite = vite;
    this.signaling = signaling;
  }

  static async start(): Promise<Browsers> {
    const vite = await createServer({
      root: new URL("./page", import.meta.url).pathname,
      configFile: false,
      logLevel: "error",
      server: {
        port: 0,
        host: "127.0.0.1",
        // A page that reloads by itself would lose the room of a running test.
        hmr: false,
        watch: null,
        fs: { allow: [new URL("../../..", import.meta.url).pathname] },
      },
      resolve: {
        conditions: ["@manyhands/source", "module", "browser", "development|production"],
        dedupe: ["yjs"],
      },
      optimizeDeps: {
        // Named, because Vite reloads the page when it finds a dependency late.
        include: [
          "yjs",
          "y-protocols/awareness",
          "lib0/encoding",
          "lib0/decoding",
          "lib0/buffer",
          "@noble/ciphers/chacha.js",
          "@noble/hashes/hkdf.js",
          "@noble/hashes/hmac.js",
          "@noble/hashes/sha2.js",
          "@noble/hashes/utils.js",
        ],
      },
      cacheDir: mkdtempSync(join(tmpdir(), "manyhands-vite-")),
    });
    await vite.listen();
    return new Browsers(vite, await createSignalingServer({ port: 0, host: "127.0.0.1" }));
  }

  /** The address of the test page. */
  get url(): string {
    return this.#vite.resolvedUrls?.local[0] ?? "";
  }

  get joinOptions(): { readonly signaling: string[] } {
    return { signaling: [this.signaling.url] };
  }

  /** A new device, at the test page: an isolated context of one browser, which forgets its storage when it ends. */
  async device(): Promise<Page> {
    this.#shared ??= await chromium.launch({ ...chromiumLaunch(), headless: true });
    const context = await this.#shared.newContext();
    this.#devices.push({ context });
    const page = await context.newPage();
    await this.visit(page);
    return page;
  }

  /** A new device that is a browser of its own with a profile on disk. */
  async deviceOnDisk(): Promise<Page> {
    const profile = mkdtempSync(join(tmpdir(), "manyhands-profile-"));
    const context = await chromium.launchPersistentContext(profile, { ...chromiumLaunch(), headless: true });
    this.#devices.push({ context, profile });
    const page = context.pages()[0] ?? (await context.newPage());
    await this.visit(page);
    return page;
  }

  /** Another tab of the same browser. */
  async tab(of: Page): Promise<Page> {
    const page = await of.context().newPage();
    await this.visit(page);
    return page;
  }

  /** Loads the test page, anew if it is there already. */
  async visit(page: Page): Promise<void> {
    await page.goto(this.url);
    await page.locator("body[data-ready=yes]").waitFor({ state: "attached" });
  }

  /** Ends the signaling server; the next call of `restartSignaling` brings it back at the same address. */
  async killSignaling(): Promise<void> {
    await this.signaling.close();
  }

  async restartSignaling(): Promise<void> {
    this.signaling = await createSignalingServer({ port: this.signaling.port, host: "127.0.0.1" });
  }

  /** Ends every device. */
  async closeDevices(): Promise<void> {
    for (const { context, profile } of this.#devices.splice(0)) {
      await context.close();
      if (profile) rmSync(profile, { recursive: true, force: true });
    }
  }

  async stop(): Promise<void> {
    await this.closeDevices();
    await this.#shared?.close();
    await this.#vite.close();
    await this.signaling.close();
  }
}
