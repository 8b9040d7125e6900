import type { GateOptions } from "./gate.js";
import type { Candidate, ImportCandidate, Verdict } from "./verdict.js";

/** What the page asks of the worker; one answer for each, in order. */
export type GateRequest =
  | { readonly ask: "open"; readonly options: GateOptions }
  | { readonly ask: "check" | "admit"; readonly candidate: Candidate }
  | { readonly ask: "admitImport"; readonly candidate: ImportCandidate }
  | { readonly ask: "vector" }
  | { readonly ask: "encodeState" };

/** What the worker answers; `failed` says that it could not even open. */
export type GateReply =
  | { readonly reply: "open" }
  | { readonly reply: "failed"; readonly message: string }
  | { readonly reply: "verdict"; readonly verdict: Verdict }
  | { readonly reply: "vector"; readonly vector: Map<number, number> }
  | { readonly reply: "encodeState"; readonly state: Uint8Array };
