/** Every reason this house gives for a failure; the set is closed, so a switch over it can be complete. */
export type ErrorCode =
  /** An option of a call is missing or malformed. */
  | "invalid-option"
  /** A room secret, passphrase or invite cannot be read. */
  | "invalid-secret"
  /** The page has no WebCrypto, because it is not served over https or from localhost. */
  | "insecure-context"
  /** The runtime lacks something that cannot be replaced (Ed25519, WebRTC, WebSocket). */
  | "unsupported"
  /** Storage is forbidden here: private mode, a sandboxed frame, a policy. */
  | "storage-blocked"
  /** Storage works no more: quota, corruption, a connection closed by the browser. */
  | "storage-failed"
  /** No signaling server answers; existing links go on. */
  | "signaling-unreachable"
  /** A link could not be opened or proved. */
  | "link-failed"
  /** The other side does not know the room's secret. */
  | "wrong-secret"
  /** A value is larger than its limit in `limits.ts`. */
  | "too-large"
  /** What was asked for has been closed. */
  | "closed"
  /** A wait was ended by its `AbortSignal`. */
  | "aborted";

/** The one error class of manyhands: a stable `code`, a message that says what to do, the `cause` kept. */
export class ManyhandsError extends Error {
  override readonly name = "ManyhandsError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Gives back `error` if it is one of ours, else wraps it under `code`. */
export const asManyhandsError = (error: unknown, code: ErrorCode, message: string): ManyhandsError =>
  error instanceof ManyhandsError ? error : new ManyhandsError(code, message, { cause: error });
