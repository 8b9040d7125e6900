// Makes a fresh machine ready: installs the npm packages and, with --browsers, the two browsers of the tests.
// It uses nothing but Node's own modules, so that it runs before any install.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { findChromium, findFirefox } from "./browsers.mjs";

const run = (command, ...args) => {
  console.log(`$ ${command} ${args.join(" ")}`);
  const { status } = spawnSync(command, args, {
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status === 0;
};

/** Whether node_modules holds what the lockfile says. Optional packages are those of other platforms. */
const isInstalled = () => {
  const done = "node_modules/.package-lock.json";
  if (!existsSync(done)) return false;
  const [wanted, present] = ["package-lock.json", done].map(
    (file) => JSON.parse(readFileSync(file, "utf8")).packages,
  );
  return Object.entries(wanted)
    .filter(([path]) => path.startsWith("node_modules/"))
    .every(([path, { version, optional }]) =>
      path in present ? present[path].version === version : optional === true,
    );
};

const installPackages = () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node 20.19 or newer is needed, this is ${process.versions.node}.`);
  }
  if (isInstalled()) return;
  // --include=dev: also where NODE_ENV=production is set.
  if (!run("npm", "ci", "--include=dev", "--no-audit", "--no-fund"))
    throw new Error("npm ci failed, see above.");
};

const isDebian = () =>
  existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));

/** Debian's own browsers come first: they get security updates and run wherever Debian runs. */
const installFromDebian = (packages) => {
  const root = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const aptGet = (...args) => run(...root, "apt-get", "-qq", ...args);
  return aptGet("update") && aptGet("install", "-y", "--no-install-recommends", ...packages);
};

const installBrowsers = () => {
  const missing = () => [
    ...(findChromium() ? [] : [{ name: "chromium", debian: "chromium" }]),
    ...(findFirefox() ? [] : [{ name: "firefox", debian: "firefox-esr" }]),
  ];
  if (missing().length > 0 && isDebian()) installFromDebian(missing().map(({ debian }) => debian));
  if (missing().length > 0) run("npx", "playwright-core", "install", ...missing().map(({ name }) => name));
  const names = missing().map(({ name }) => name);
  if (names.length === 0) return;
  throw new Error(
    `The tests run in ${names.join(" and ")}, which could not be installed. Install it by hand, or name the path in ${names
      .map((name) => `${name.toUpperCase()}_PATH`)
      .join(" and ")}.`,
  );
};

try {
  installPackages();
  if (process.argv.includes("--browsers")) installBrowsers();
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
