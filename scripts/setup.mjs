// Makes a fresh machine ready: installs the npm packages and, with --browser, the browsers of the tests.
// It uses nothing but Node's own modules, so that it runs before any install.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { findChromium, findFirefox } from "./browsers.mjs";

const run = (command, ...args) => {
  console.log(`$ ${command} ${args.join(" ")}`);
  const options = {
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  if (spawnSync(command, args, options).status !== 0) throw new Error(`failed: ${command} ${args.join(" ")}`);
};

const installed = "node_modules/.package-lock.json";
if (!existsSync(installed) || statSync("package-lock.json").mtimeMs > statSync(installed).mtimeMs) {
  run("npm", "ci", "--no-audit", "--no-fund");
}

if (process.argv.includes("--browser")) {
  const missing = [...(findChromium() ? [] : ["chromium"]), ...(findFirefox() ? [] : ["firefox-esr"])];
  if (missing.length > 0 && existsSync("/usr/bin/apt-get")) {
    const root = process.getuid?.() === 0 ? [] : ["sudo"];
    run(...root, "apt-get", "update", "-qq");
    run(...root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", ...missing);
  }
  if (!findChromium()) throw new Error("No Chromium found: install one, or name it in CHROMIUM_PATH.");
  console.log(`Chromium: ${findChromium()}\nFirefox: ${findFirefox() ?? "none, its tests are left out"}`);
}

