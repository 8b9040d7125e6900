// `npm run demo [-- example]`: builds an example and what it needs, starts it with a signaling server, says where it is.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";

/** Where a page looks for signaling if its address does not say. */
const signalingPort = 4444;
const appPort = 5173;

/** How many ports above a taken one are tried: more than anyone's leftovers of earlier demos. */
const triedPorts = 50;

/** A signaling server that has not begun to listen by then will not. */
const serverStartMs = 15_000;

/** Examples that are pages; by folder. */
const listExamples = () =>
  readdirSync("examples").filter(
    (name) =>
      existsSync(join("examples", name, "package.json")) && existsSync(join("examples", name, "index.html")),
  );

const run = (command, ...args) => {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) throw new Error(`${args.join(" ")} failed, see above.`);
};

const build = (...packages) => {
  console.log("Building …");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["node_modules/turbo/bin/turbo", "run", "build", ...packages.map((name) => `--filter=${name}`)],
    { encoding: "utf8", env: { ...process.env, DO_NOT_TRACK: "1", TURBO_NO_UPDATE_NOTIFIER: "1" } },
  );
  if (status !== 0) throw new Error(`The build failed.\n${stdout}${stderr}`);
};

const canListen = (port, host) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host }, () => server.close(() => resolve(true)));
  });

const findFreePort = async (first) => {
  for (let port = first; port < first + triedPorts; port++) {
    // Some programs listen on one address only; the wildcard alone would not always notice them.
    if ((await canListen(port)) && (await canListen(port, "127.0.0.1"))) return port;
  }
  throw new Error(`No free port from ${first} to ${first + triedPorts - 1}.`);
};

const accepts = (port) =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const answer = (open) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });

/** Starts the signaling server as a process of its own, as its users do. Its log shows only if it fails. */
const startSignaling = async (port) => {
  const server = spawn(process.execPath, ["packages/server/dist/cli.js", "--port", String(port)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const keep = (text) => {
    log = `${log}${text}`.slice(-4000);
  };
  server.stdout.on("data", keep);
  server.stderr.on("data", keep);
  for (const deadline = Date.now() + serverStartMs; !(await accepts(port)); ) {
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill();
      throw new Error(`The signaling server did not start.\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { server, log: () => log };
};

/** Serves the production build, so that the example can be installed and opened offline; the dev server if it has none. */
const startApp = async (example, port) => {
  const vite = await import("vite");
  const root = join(process.cwd(), "examples", example);
  const listen = { port, strictPort: true, host: true };
  const quiet = { root, logLevel: "warn", clearScreen: false };
  if (existsSync(join(root, "dist", "index.html"))) {
    const app = await vite.preview({ ...quiet, preview: listen });
    return () => app.close();
  }
  const app = await (await vite.createServer({ ...quiet, server: listen })).listen();
  return () => app.close();
};

const announce = (example, port, signaling) => {
  const query = signaling === signalingPort ? "" : `?signaling=ws://localhost:${signaling}`;
  console.log(`
  manyhands, example "${example}"

  Open       http://localhost:${port}/${query}
             in two windows or two browsers of this machine, and type.
             Other devices need https (and wss for signaling) in front of it: browsers
             allow encryption and offline use only on https and on localhost.
  Signaling  ws://localhost:${signaling}
  Stop       Ctrl-C
`);
};

const main = async () => {
  const examples = listExamples();
  const example = process.argv[2] ?? "notes";
  if (!examples.includes(example)) {
    throw new Error(`There is no example "${example}". There is: ${examples.join(", ") || "none"}.`);
  }
  run(process.execPath, "scripts/setup.mjs");
  const { name } = JSON.parse(readFileSync(join("examples", example, "package.json"), "utf8"));
  build(name, "@manyhands/server");

  const signaling = await findFreePort(signalingPort);
  const { server, log } = await startSignaling(signaling);
  let closeApp;
  let stopping = false;
  const stop = async (exitCode) => {
    if (stopping) return;
    stopping = true;
    server.kill();
    // Pages that are still open must not hold up the end.
    await Promise.race([closeApp?.(), new Promise((resolve) => setTimeout(resolve, 1000))]);
    process.exit(exitCode);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void stop(0));
  server.once("exit", () => {
    if (!stopping) console.error(`The signaling server ended.\n${log()}`);
    void stop(1);
  });
  try {
    const port = await findFreePort(appPort);
    closeApp = await startApp(example, port);
    announce(example, port, signaling);
  } catch (error) {
    console.error(error);
    await stop(1);
  }
};

try {
  await main();
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
