import { parseArgs } from "node:util";
import { asManyhandsError, type Logger, ManyhandsError } from "@manyhands/core";
import { createSignalingServer, type SignalingServer } from "./signaling-server.js";

/** What the command touches of the world. */
export interface CommandWorld {
  /** The arguments after the command's name. */
  readonly args: readonly string[];
  /** `PORT` is read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints a line for people. */
  print(line: string): void;
  /** Prints a line about trouble. */
  complain(line: string): void;
}

const help = `Usage: manyhands-server [options]

A signaling server for manyhands and y-webrtc rooms.

  --port <number>   port to listen on (default: the variable PORT, else 4444; 0 takes any free one)
  --host <address>  address to listen on (default: every one of this machine)
  --trust-proxy     take clients' addresses from X-Forwarded-For; only behind a proxy that sets it
  --verbose         say what happens to every socket
  --help            show this text

GET / answers "okay", GET /healthz a word on its health, GET /metrics numbers for Prometheus.`;

/** Runs the command. Gives the server if one was started, else the exit code. */
export const runCommand = async (world: CommandWorld): Promise<SignalingServer | number> => {
  try {
    const options = readOptions(world);
    if (options === "help") {
      world.print(help);
      return 0;
    }
    const server = await createSignalingServer(options);
    world.print(`manyhands-server listens on ${server.url}`);
    return server;
  } catch (error) {
    world.complain(asManyhandsError(error, "invalid-option", String(error)).message);
    return 1;
  }
};

interface CommandOptions {
  readonly port: number;
  readonly host?: string;
  readonly trustProxy: boolean;
  readonly logger: Logger;
}

const readOptions = (world: CommandWorld): CommandOptions | "help" => {
  const values = readArgs(world.args);
  if (values.help) return "help";
  const logger = lineLogger(world, values.verbose ?? false);
  const port = readPort(values.port ?? (world.env["PORT"] || "4444"));
  const host = values.host === undefined ? {} : { host: values.host };
  return { port, ...host, trustProxy: values["trust-proxy"] ?? false, logger };
};

const readArgs = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        host: { type: "string" },
        "trust-proxy": { type: "boolean" },
        verbose: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ManyhandsError("invalid-option", `${why}\nTry manyhands-server --help.`, { cause });
  }
};

const readPort = (text: string): number => {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new ManyhandsError("invalid-option", `"${text}" is not a port: give a number from 0 to 65535.`);
};

/** Trouble always, the rest when asked for; one line each. */
const lineLogger = (world: CommandWorld, verbose: boolean): Logger => ({
  log: (level, event, fields = {}) => {
    const details = Object.entries(fields).map(([name, value]) => ` ${name}=${String(value)}`);
    const line = `${level} ${event}${details.join("")}`;
    if (level === "warn" || level === "error") world.complain(line);
    else if (verbose) world.print(line);
  },
});
