import { fromBase64, toBase64 } from "lib0/buffer";

/** Unpadded base64url. */
export const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** Reads unpadded base64url, in the one form that `toBase64Url` gives; `undefined` for anything else. */
export const fromBase64Url = (text: string): Uint8Array | undefined => {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const padded = text.replace(/-/g, "+").replace(/_/g, "/") + "=".repeat((4 - (text.length % 4)) % 4);
  try {
    const bytes = fromBase64(padded);
    // The last character may carry bits that stand for nothing; decoders ignore them.
    return toBase64Url(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
};
