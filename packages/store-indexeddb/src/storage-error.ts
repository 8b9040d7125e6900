import { ManyhandsError } from "@manyhands/core";

/** What a browser's storage threw or reported, as one of our errors that says what to do. */
export const storageError = (cause: unknown, during: string): ManyhandsError => {
  if (cause instanceof ManyhandsError) return cause;
  switch (nameOf(cause)) {
    case "SecurityError":
      return new ManyhandsError("storage-blocked", `${blocked} (${during})`, { cause });
    case "QuotaExceededError":
      return failed(
        during,
        "the disk or this site's quota is full: free some space; nothing was written",
        cause,
      );
    case "VersionError":
      return failed(during, "a newer version of this app has changed the database: reload this page", cause);
    case "DataCloneError":
      return failed(during, "a value cannot be stored: device keys must be structured-cloneable", cause);
    case "AbortError":
      return failed(during, "the browser gave the transaction up; try again", cause);
    default:
      return failed(during, `the browser says: ${describe(cause)}`, cause);
  }
};

/** Storage is forbidden here. */
export const blockedError = (during: string, cause: unknown): ManyhandsError =>
  new ManyhandsError("storage-blocked", `${blocked} (${during})`, { cause });

/** True for what a connection that is closing, or was closed by the browser, answers to a new transaction. */
export const isConnectionGone = (cause: unknown): boolean => {
  if (nameOf(cause) === "InvalidStateError") return true;
  // Safari: "Connection to Indexed Database server lost. Refresh the page to try again".
  return nameOf(cause) === "UnknownError" && /connection .*lost/i.test(describe(cause));
};

const blocked = "This browser forbids storage here: private mode, blocked site data or a sandboxed frame.";

const failed = (during: string, why: string, cause: unknown): ManyhandsError =>
  new ManyhandsError("storage-failed", `IndexedDB failed (${during}): ${why}.`, { cause });

const nameOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "name" in cause ? String(cause.name) : "";

const describe = (cause: unknown): string =>
  cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
