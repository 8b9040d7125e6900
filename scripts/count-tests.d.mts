import type { Reporter } from "vitest/node";

export declare const countingReporter: () => Reporter;
