import { createGate, type Gate } from "./gate.js";
import type { GateReply, GateRequest } from "./gate-messages.js";

/** The worker's side: keeps one gate and answers what it is asked. */
export const serveGate = (): ((request: GateRequest) => GateReply) => {
  let gate: Gate | undefined;
  return (request) => {
    if (request.ask === "open") {
      gate?.close();
      try {
        gate = createGate(request.options);
        return { reply: "open" };
      } catch (error) {
        return { reply: "failed", message: String(error) };
      }
    }
    if (!gate) return { reply: "failed", message: "the gate was never opened" };
    switch (request.ask) {
      case "check":
        return { reply: "verdict", verdict: gate.check(request.candidate) };
      case "admit":
        return { reply: "verdict", verdict: gate.admit(request.candidate) };
      case "admitImport":
        return { reply: "verdict", verdict: gate.admitImport(request.candidate) };
      case "vector":
        return { reply: "vector", vector: gate.vector() };
      case "encodeState":
        return { reply: "encodeState", state: gate.encodeState() };
      default:
        return request satisfies never;
    }
  };
};
