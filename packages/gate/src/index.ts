export type { AsyncGate } from "./async-gate.js";
export { createGate, type Gate, type GateOptions } from "./gate.js";
export { createGateWorker, type GateWorkerOptions, type WorkerLike } from "./gate-worker.js";
export { limits } from "./limits.js";
export { keepAdjacent, keepPure } from "./pure-doc.js";
export type { RootKind } from "./type-kinds.js";
export type {
  Accepted,
  Candidate,
  ImportCandidate,
  RefusalReason,
  Refused,
  StateVector,
  Verdict,
} from "./verdict.js";
