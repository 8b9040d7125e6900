import type { RefusalReason } from "./verdict.js";

/** Carries a reason out of nested readers; never leaves the package. */
export class Refusal extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(reason);
    this.name = "Refusal";
    this.reason = reason;
  }
}

export const refuse = (reason: RefusalReason): never => {
  throw new Refusal(reason);
};
