import { cpus, loadavg, release, totalmem, type } from "node:os";

/** Where and when the figures came about. */
export interface Machine {
  readonly date: string;
  readonly cores: string;
  readonly memory: string;
  readonly system: string;
  readonly node: string;
  readonly browser: string;
  /** Runnable processes, averaged over the last minute. */
  readonly loadBefore: string;
}

export const describeMachine = (browserVersion: string): Machine => ({
  date: new Date().toISOString().slice(0, 10),
  cores: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${type()} ${release()}`,
  node: process.version,
  browser: `Chromium ${browserVersion}`,
  loadBefore: (loadavg()[0] ?? 0).toFixed(1),
});
