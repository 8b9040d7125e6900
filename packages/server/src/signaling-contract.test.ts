import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { SignalingStatus } from "@manyhands/core";
import { webSocketSignaling } from "@manyhands/signaling";
import { describeSignaling, type SignalingWorld } from "@manyhands/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { eventually } from "../test/eventually.js";
import { createSignalingServer } from "./signaling-server.js";

vi.setConfig({ testTimeout: 20_000 });

const host = "127.0.0.1";

describeSignaling("webSocketSignaling through this server", async (): Promise<SignalingWorld> => {
  const server = await createSignalingServer({ port: 0, host });
  return {
    createSignaling: () => webSocketSignaling(server.url, { WebSocket }),
    close: () => server.close(),
  };
});

describe("with the server of the y-webrtc package", () => {
  let original: ChildProcess;
  let port: number;

  beforeAll(async () => {
    port = await findFreePort();
    const require = createRequire(import.meta.url);
    const script = join(dirname(require.resolve("y-webrtc")), "../bin/server.js");
    original = spawn(process.execPath, [script], {
      env: { ...process.env, PORT: String(port) },
      stdio: "ignore",
    });
    await eventually(() => fetch(`http://${host}:${port}/`));
  }, 30_000);

  afterAll(async () => {
    original.kill();
    await once(original, "exit");
  });

  describeSignaling(
    "webSocketSignaling through it",
    (): SignalingWorld => ({
      createSignaling: () => webSocketSignaling(`ws://${host}:${port}`, { WebSocket }),
      close: () => undefined,
    }),
  );
});

test("clients come back when the server was restarted on its port, and hear each other again", async () => {
  const first = await createSignalingServer({ port: 0, host });
  // Waits are full jitter: chance that always says 0 makes them as short as they get.
  const random = { bytes: (length: number) => new Uint8Array(length), fraction: () => 0 };
  const joinRoom = () => {
    const heard: string[] = [];
    const statuses: SignalingStatus[] = [];
    const topic = webSocketSignaling(first.url, { WebSocket, random }).join("room", {
      onMessage: (payload) => heard.push(new TextDecoder().decode(payload)),
      onStatus: (status) => statuses.push(status),
    });
    onTestFinished(() => topic.close());
    return { heard, statuses, topic };
  };
  const [a, b] = [joinRoom(), joinRoom()];
  await eventually(() => expect([a.statuses.at(-1), b.statuses.at(-1)]).toEqual(["connected", "connected"]));
  await first.close();
  await eventually(() =>
    expect([a.statuses.at(-1), b.statuses.at(-1)]).toEqual(["connecting", "connecting"]),
  );
  const second = await createSignalingServer({ port: first.port, host });
  onTestFinished(() => second.close());
  await eventually(() => {
    a.topic.publish(new TextEncoder().encode("again"));
    expect(b.heard).toContain("again");
  });
  expect(a.statuses).toEqual(["connecting", "connected", "connecting", "connected"]);
});

test("a client that this server does not admit is told why", async () => {
  const server = await createSignalingServer({ port: 0, host, limits: { maxSocketsPerAddress: 0 } });
  onTestFinished(() => server.close());
  const timers: (() => void)[] = [];
  const clock = {
    now: () => 0,
    setTimer: (fire: () => void, delayMs: number) => {
      // Only the one that tells: attempts shall end by the server's doing.
      if (delayMs === 8_000) timers.push(fire);
      return () => undefined;
    },
  };
  const told = new Promise<string>((resolve) => {
    const topic = webSocketSignaling(server.url, { WebSocket, clock }).join("room", {
      onMessage: () => undefined,
      onStatus: (status, problem) => status === "unreachable" && resolve(problem?.message ?? ""),
    });
    onTestFinished(() => topic.close());
  });
  await eventually(() => expect(server.metrics().drops["too-many-sockets"]).toBe(1));
  await eventually(async () => {
    for (const fire of timers) fire();
    expect(await told).toContain("429");
  });
});

const findFreePort = async (): Promise<number> => {
  const probe = createServer().listen(0, host);
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
};
