import type { ServerMetrics } from "./server-metrics.js";

/** The metrics in the text format of Prometheus, version 0.0.4. */
export const prometheusText = (metrics: ServerMetrics): string =>
  [
    ...metric("gauge", "sockets", "Open sockets.", metrics.sockets),
    ...metric("gauge", "topics", "Topics with at least one socket.", metrics.topics),
    ...metric("counter", "sockets_opened_total", "Sockets since the start.", metrics.socketsOpened),
    ...metric("counter", "messages_in_total", "Messages from clients.", metrics.messagesIn),
    ...metric("counter", "messages_out_total", "Messages to clients.", metrics.messagesOut),
    ...metric("counter", "bytes_in_total", "Bytes of messages from clients.", metrics.bytesIn),
    ...metric("counter", "bytes_out_total", "Bytes of messages to clients.", metrics.bytesOut),
    ...byReason("drops_total", "Refused messages and sockets.", metrics.drops),
    ...byReason("cuts_total", "Sockets the server hung up on.", metrics.cuts),
    "",
  ].join("\n");

const prefix = "manyhands_signaling_";

const head = (type: "gauge" | "counter", name: string, help: string): string[] => [
  `# HELP ${prefix}${name} ${help}`,
  `# TYPE ${prefix}${name} ${type}`,
];

const metric = (type: "gauge" | "counter", name: string, help: string, value: number): string[] => [
  ...head(type, name, help),
  `${prefix}${name} ${value}`,
];

const byReason = (name: string, help: string, values: Readonly<Record<string, number>>): string[] => [
  ...head("counter", name, help),
  ...Object.entries(values).map(([reason, value]) => `${prefix}${name}{reason="${reason}"} ${value}`),
];
