#!/usr/bin/env node
import { runCommand } from "./run-command.js";

const server = await runCommand({
  args: process.argv.slice(2),
  env: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
});

if (typeof server === "number") {
  process.exitCode = server;
} else {
  // Once each: a second signal ends the process the hard way.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.close());
}
