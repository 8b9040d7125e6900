import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const first = (places) => places.find((place) => place && existsSync(place));

/** Where Playwright's own download of a browser lies, if Playwright is installed and has fetched one. */
const downloaded = (name) => {
  try {
    return first([createRequire(import.meta.url)("playwright-core")[name].executablePath()]);
  } catch {
    return undefined;
  }
};

const installedFirefox = () =>
  first([
    process.env.FIREFOX_PATH,
    "/usr/bin/firefox-esr",
    "/usr/bin/firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
  ]);

/** The path of a Chromium on this machine, if any. */
export const findChromium = () =>
  first([
    process.env.CHROMIUM_PATH,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ]) ?? downloaded("chromium");

/** The path of a Firefox on this machine, if any. */
export const findFirefox = () => installedFirefox() ?? downloaded("firefox");

/** How Playwright starts that Chromium, also as root and without a network. */
export const chromiumLaunch = () => ({
  executablePath: findChromium(),
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
  ],
});

/** How Playwright starts that Firefox: an ordinary one through WebDriver BiDi, its own download as it likes. */
export const firefoxLaunch = () => ({
  ...(installedFirefox() === undefined ? {} : { channel: "moz-firefox" }),
  executablePath: findFirefox(),
  firefoxUserPrefs: { "media.peerconnection.ice.loopback": true },
});
