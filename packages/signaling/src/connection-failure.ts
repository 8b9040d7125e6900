import { ManyhandsError } from "@manyhands/core";

/** Why there is no connection. */
export type ConnectionFailure =
  /** There is no WebSocket class. */
  | { readonly kind: "unsupported" }
  /** The class refused to make a socket. */
  | { readonly kind: "forbidden"; readonly cause: unknown }
  /** No answer in time. */
  | { readonly kind: "timeout" }
  /** The connection stood and went silent. */
  | { readonly kind: "silent" }
  /** Refused or broken; `detail` is what the runtime says of it, if anything. */
  | { readonly kind: "broken"; readonly detail: string }
  /** Ended with a close frame. */
  | { readonly kind: "closed"; readonly code: number; readonly reason: string };

/** The failure as an error that says what to do. `name` is the server as people may see it. */
export const explainFailure = (
  name: string,
  failure: ConnectionFailure,
  securePage: boolean,
): ManyhandsError => {
  if (failure.kind === "unsupported")
    return new ManyhandsError(
      "unsupported",
      "This runtime has no WebSocket. Give one: webSocketSignaling(url, { WebSocket }), with the class of the npm package ws.",
    );
  const cause = failure.kind === "forbidden" ? { cause: failure.cause } : undefined;
  const advice =
    securePage && name.startsWith("ws:")
      ? "The page came over https, and browsers do not let it open ws:// (mixed content): serve signaling over wss://."
      : "Check the address, that the server runs, and that no proxy or firewall refuses WebSockets.";
  return new ManyhandsError(
    "signaling-unreachable",
    `The signaling server ${name} cannot be reached (${describe(failure)}). ${advice} Existing links go on, and it is tried again.`,
    cause,
  );
};

const describe = (failure: Exclude<ConnectionFailure, { kind: "unsupported" }>): string => {
  switch (failure.kind) {
    case "forbidden":
      return "the runtime forbids the connection";
    case "timeout":
      return "no answer in time";
    case "silent":
      return "the connection went silent";
    case "broken":
      return failure.detail === "" ? "the connection failed" : failure.detail;
    case "closed":
      return `closed by the server with code ${failure.code}${failure.reason === "" ? "" : `: ${failure.reason}`}`;
  }
};
