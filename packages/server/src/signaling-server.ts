import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { type Clock, type Logger, ManyhandsError, silentLogger, systemClock } from "@manyhands/core";
import { type WebSocket, WebSocketServer } from "ws";
import { clientAddress } from "./client-address.js";
import { answerHttp } from "./http-pages.js";
import { defaultServerLimits, type ServerLimits } from "./limits.js";
import { Counters, type ServerMetrics } from "./server-metrics.js";
import { SignalingHub } from "./signaling-hub.js";
import { SocketAdmission } from "./socket-admission.js";
import { SocketSession } from "./socket-session.js";

export interface SignalingServerOptions {
  /** Default 4444, as y-webrtc's server; 0 takes any free one. */
  readonly port?: number;
  /** The address to listen on; default: every one of this machine. */
  readonly host?: string;
  /** Take clients' addresses from X-Forwarded-For. Only behind a proxy that sets it: otherwise clients choose their address. Default false. */
  readonly trustProxy?: boolean;
  /** Bounds to change; default `defaultServerLimits`. */
  readonly limits?: Partial<ServerLimits>;
  /** Silent by default. Says `debug` of every socket, `info` of those it cuts, and of its start and end. */
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** A signaling server that runs. */
export interface SignalingServer {
  readonly port: number;
  /** `ws://host:port`, as clients on this machine reach it. */
  readonly url: string;
  /** A fresh snapshot. */
  metrics(): ServerMetrics;
  /** Hangs up on everybody and frees the port. Idempotent; resolves when all is gone. */
  close(): Promise<void>;
}

/**
 * Starts a signaling server for manyhands and plain y-webrtc clients; resolves when it listens.
 *
 * Rejects with a `ManyhandsError` of code `invalid-option` when it cannot listen there. No client can stop it: what is
 * not understood is counted and dropped, and who goes on with it is cut.
 */
export async function createSignalingServer(options: SignalingServerOptions = {}): Promise<SignalingServer> {
  const server = new RunningServer(options);
  await server.listen(options.port ?? 4444, options.host);
  return server;
}

class RunningServer implements SignalingServer {
  readonly #limits: ServerLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #trustProxy: boolean;
  readonly #counters = new Counters();
  readonly #hub: SignalingHub;
  readonly #admission: SocketAdmission;
  readonly #sessions = new Set<SocketSession>();
  readonly #http: Server;
  readonly #webSockets: WebSocketServer;
  #cancelBeat: (() => void) | undefined;
  #closed: Promise<void> | undefined;
  #port = 0;
  #url = "";

  constructor(options: SignalingServerOptions) {
    this.#limits = { ...defaultServerLimits, ...options.limits };
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.#trustProxy = options.trustProxy ?? false;
    const shared = { limits: this.#limits, clock: this.#clock, counters: this.#counters };
    this.#hub = new SignalingHub(shared);
    this.#admission = new SocketAdmission(this.#limits);
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: this.#limits.maxMessageBytes,
      // Sealed bytes do not compress, and compression costs 64 KB a socket.
      perMessageDeflate: false,
      // Pings count against the rates like any message, so they are answered by hand.
      autoPong: false,
    });
    this.#http = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) =>
      answerHttp(request, response, () => this.metrics()),
    );
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return this.#url;
  }

  metrics(): ServerMetrics {
    return this.#counters.snapshot({ sockets: this.#sessions.size, topics: this.#hub.topicCount });
  }

  async listen(port: number, host: string | undefined): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#http.once("error", reject);
        this.#http.listen(port, host, () => {
          this.#http.off("error", reject);
          resolve();
        });
      });
    } catch (cause) {
      const where = host === undefined ? `port ${port}` : `port ${port} of ${host}`;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ManyhandsError(
        "invalid-option",
        `The server cannot listen on ${where}: choose another port or host (${why}).`,
        { cause },
      );
    }
    // A failed accept (too many open files) is over when some sockets are gone.
    this.#http.on("error", (error) => this.#logger.log("error", "server-error", { error }));
    const address = this.#http.address();
    this.#port = typeof address === "object" && address !== null ? address.port : port;
    this.#url = `ws://${urlHost(host)}:${this.#port}`;
    this.#beatLater();
    this.#logger.log("info", "server-listens", { url: this.#url });
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until `ws` has it, a reset of this socket is ours to handle.
    const ignore = (): void => undefined;
    socket.on("error", ignore);
    // One that is gone already would never give back its place.
    if (socket.destroyed) return;
    const forwarded = this.#trustProxy ? request.headers["x-forwarded-for"] : undefined;
    const address = clientAddress(request.socket.remoteAddress, [forwarded ?? []].flat().join(","));
    const release = this.#closed === undefined ? this.#admission.admit(address) : undefined;
    if (release === undefined) {
      this.#counters.drops["too-many-sockets"] += 1;
      socket.end("HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", () =>
        socket.destroy(),
      );
      return;
    }
    socket.once("close", release);
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off("error", ignore);
      this.#serve(webSocket);
    });
  }

  #serve(webSocket: WebSocket): void {
    const session = new SocketSession(webSocket, {
      hub: this.#hub,
      limits: this.#limits,
      counters: this.#counters,
      clock: this.#clock,
      logger: this.#logger,
    });
    this.#counters.socketsOpened += 1;
    this.#sessions.add(session);
    this.#logger.log("debug", "socket-opened");
    void session.ended.then(() => {
      this.#sessions.delete(session);
      this.#logger.log("debug", "socket-closed");
    });
    if (this.#closed !== undefined) session.close(goingAway, "server closes");
  }

  #beatLater(): void {
    this.#cancelBeat = this.#clock.setTimer(() => {
      for (const session of [...this.#sessions]) session.beat();
      this.#beatLater();
    }, this.#limits.pingMs);
  }

  async #shutDown(): Promise<void> {
    this.#cancelBeat?.();
    const freed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    const sessions = [...this.#sessions];
    for (const session of sessions) session.close(goingAway, "server closes");
    this.#http.closeAllConnections();
    await Promise.all([freed, ...sessions.map(({ ended }) => ended)]);
    this.#logger.log("info", "server-closed", { url: this.#url });
  }
}

/** RFC 6455, 7.4.1. */
const goingAway = 1001;

/** A host that stands for all addresses is reached as `localhost`. */
const urlHost = (host: string | undefined): string => {
  if (host === undefined || host === "0.0.0.0" || host === "::" || host === "") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
};
