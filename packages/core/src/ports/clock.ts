/**
 * Time, as the rest of the code may know it.
 *
 * Laws: `now` never throws; a timer fires once, not before its delay has passed and never inside `setTimer`;
 * a cancelled timer never fires; cancelling twice is harmless.
 */
export interface Clock {
  /** Milliseconds since 1970. May jump when the machine's clock is set: use it for display and coarse ages only. */
  now(): number;
  /** Calls `fire` once after `delayMs` milliseconds; the returned function cancels it. */
  setTimer(fire: () => void, delayMs: number): () => void;
}
