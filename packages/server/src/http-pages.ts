import type { IncomingMessage, ServerResponse } from "node:http";
import { prometheusText } from "./prometheus-text.js";
import type { ServerMetrics } from "./server-metrics.js";

/** Answers plain HTTP: `/` as y-webrtc's server does, `/healthz`, `/metrics`. */
export const answerHttp = (
  request: IncomingMessage,
  response: ServerResponse,
  metrics: () => ServerMetrics,
): void => {
  const page =
    request.method === "GET" || request.method === "HEAD" ? findPage(request.url, metrics) : notAllowed;
  response.writeHead(page.status, { "Content-Type": page.type, "Cache-Control": "no-store" });
  response.end(request.method === "HEAD" ? undefined : page.body);
};

interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const plain = "text/plain; charset=utf-8";
const notAllowed: Page = { status: 405, type: plain, body: "method not allowed" };

const findPage = (url: string | undefined, metrics: () => ServerMetrics): Page => {
  switch (url?.split("?")[0]) {
    case "/":
      return { status: 200, type: plain, body: "okay" };
    case "/healthz":
      return {
        status: 200,
        type: "application/json",
        body: JSON.stringify({ ok: true, sockets: metrics().sockets }),
      };
    case "/metrics":
      return {
        status: 200,
        type: "text/plain; version=0.0.4; charset=utf-8",
        body: prometheusText(metrics()),
      };
    default:
      return { status: 404, type: plain, body: "not found" };
  }
};
