import { createGate, type Gate, type GateOptions } from "./gate.js";
import type { Candidate, ImportCandidate, Verdict } from "./verdict.js";

/** A gate that may stand in a worker: the same calls, answered later, one after the other. Nothing rejects. */
export interface AsyncGate {
  check(candidate: Candidate): Promise<Verdict>;
  admit(candidate: Candidate): Promise<Verdict>;
  admitImport(candidate: ImportCandidate): Promise<Verdict>;
  vector(): Promise<Map<number, number>>;
  encodeState(): Promise<Uint8Array>;
  /** Ends the worker. What still waits is answered with `broken`. */
  close(): void;
}

/** The same interface where there are no workers: everything happens within the call. */
export const createInlineGate = (options: GateOptions): AsyncGate => {
  const gate: Gate = createGate(options);
  return {
    check: async (candidate) => gate.check(candidate),
    admit: async (candidate) => gate.admit(candidate),
    admitImport: async (candidate) => gate.admitImport(candidate),
    vector: async () => gate.vector(),
    encodeState: async () => gate.encodeState(),
    close: () => gate.close(),
  };
};
