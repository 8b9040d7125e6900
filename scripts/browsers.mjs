import { existsSync } from "node:fs";

const first = (places) => places.find((place) => place && existsSync(place));

/** The path of a Chromium on this machine, if any. */
export const findChromium = () =>
  first([
    process.env.CHROMIUM_PATH,
    "/usr/bin/chromium",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ]);

/** The path of a Firefox on this machine, if any. */
export const findFirefox = () =>
  first([
    process.env.FIREFOX_PATH,
    "/usr/bin/firefox-esr",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
  ]);

/** How playwright starts that Chromium, also as root and without a network. */
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

/** How playwright starts that Firefox: an ordinary one, through WebDriver BiDi. */
export const firefoxLaunch = () => ({
  channel: "moz-firefox",
  executablePath: findFirefox(),
  firefoxUserPrefs: { "media.peerconnection.ice.loopback": true },
});

