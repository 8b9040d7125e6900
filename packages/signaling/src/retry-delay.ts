import { signalingLimits } from "./limits.js";

/**
 * Milliseconds to wait before the next try after `failures` failures in a row: exponential, with full jitter
 * (`fraction` is uniform in [0, 1)), so that the clients of a restarted server do not come back all at once.
 */
export const retryDelayMs = (failures: number, fraction: number): number => {
  const bound = signalingLimits.firstRetryMs * 2 ** Math.max(0, failures - 1);
  return Math.floor(fraction * Math.min(bound, signalingLimits.maxRetryMs));
};
