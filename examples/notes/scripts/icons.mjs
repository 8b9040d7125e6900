// Draws the PNG icons from public/icons/icon.svg, with the Chromium that the tests use:
//   node scripts/icons.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { chromiumLaunch } from "../../../scripts/browsers.mjs";

const folder = new URL("../public/icons/", import.meta.url);
const svg = readFileSync(new URL("icon.svg", folder), "utf8");
// A maskable icon is cut to any shape: colour to the edges, the drawing within the inner 80 %.
const maskable = svg.replace('rx="15"', "").replace("translate(0 1)", "translate(6.4 7.4) scale(0.8)");

const browser = await chromium.launch(chromiumLaunch());
const page = await browser.newPage();
for (const [name, size, drawing] of [
  ["icon-180.png", 180, maskable],
  ["icon-192.png", 192, svg],
  ["icon-512.png", 512, svg],
  ["icon-maskable-512.png", 512, maskable],
]) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw}</style>${drawing}`);
  writeFileSync(new URL(name, folder), await page.screenshot({ omitBackground: true }));
}
await browser.close();
