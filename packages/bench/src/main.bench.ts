import { writeFileSync } from "node:fs";
import { Devices, Site } from "./browsers.bench.js";
import { describeMachine } from "./machine.bench.js";
import { formatPage } from "./page-of-results.js";
import { formatTable, type Row } from "./row.js";
import { measureBundleSize } from "./rows/bundle-size.bench.js";
import { measureCopies } from "./rows/copies.bench.js";
import { measureCpuPerEdit } from "./rows/cpu-per-edit.bench.js";
import { measureFirstSync } from "./rows/first-sync.bench.js";
import { measureIdleTraffic } from "./rows/idle-traffic.bench.js";
import { measureJoin } from "./rows/join.bench.js";
import { measureJournalOpen } from "./rows/journal-open.bench.js";
import { measureRemoteEdits } from "./rows/remote-edits.bench.js";
import { measureResync } from "./rows/resync.bench.js";
import { measureStoredText } from "./rows/stored-text.bench.js";

/** `npm run bench -- [--write] [names …]`: all measurements, or the named ones; `--write` puts the table into docs. */
const measurements: Readonly<Record<string, (site: Site) => Promise<Row[]>>> = {
  copies: (site) => measureCopies(site),
  cpu: (site) => measureCpuPerEdit(site),
  join: (site) => measureJoin(site),
  "first-sync": measureFirstSync,
  stored: (site) => measureStoredText(site),
  journal: () => measureJournalOpen(),
  remote: () => measureRemoteEdits(),
  resync: () => measureResync(),
  idle: measureIdleTraffic,
  bundle: measureBundleSize,
};

const given = process.argv.slice(2);
const names = given.filter((argument) => argument !== "--write");
const unknown = names.filter((name) => !(name in measurements));
if (unknown.length > 0)
  throw new Error(`no such measurement: ${unknown}; there are ${Object.keys(measurements).join(", ")}`);

const site = await Site.start();
const devices = await Devices.start(site);
const machine = describeMachine(devices.version);
await devices.close();
const rows: Row[] = [];
try {
  for (const [name, measure] of Object.entries(measurements)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const begin = performance.now();
    rows.push(...(await measure(site)));
    console.error(`${name}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  }
} finally {
  await site.stop();
}
console.log(formatTable(rows));
if (given.includes("--write")) {
  const page = new URL("../../../docs/benchmarks.md", import.meta.url);
  writeFileSync(page, formatPage({ ...machine, loadAfter: describeMachine("").loadBefore }, rows));
}
// Awareness of y-protocols keeps a timer of its own, which would hold the process.
process.exit();
