import { ManyhandsError } from "../errors.js";
import type { Signatures, SigningKeys } from "../ports/signatures.js";
import { isSoundSignature } from "./ed25519-rule.js";

/** The part of WebCrypto that is used here; the core has no DOM types. */
interface Subtle {
  generateKey(algorithm: "Ed25519", extractable: boolean, usages: readonly string[]): Promise<KeyPair>;
  exportKey(format: "raw", key: unknown): Promise<ArrayBuffer>;
  importKey(
    format: "raw",
    key: Uint8Array,
    algorithm: "Ed25519",
    extractable: boolean,
    usages: readonly string[],
  ): Promise<unknown>;
  sign(algorithm: "Ed25519", key: unknown, message: Uint8Array): Promise<ArrayBuffer>;
  verify(algorithm: "Ed25519", key: unknown, signature: Uint8Array, message: Uint8Array): Promise<boolean>;
}
interface KeyPair {
  readonly publicKey: unknown;
  readonly privateKey: unknown;
}
declare const crypto: { readonly subtle?: Subtle } | undefined;

const subtleCrypto = (): Subtle => {
  if (typeof crypto === "undefined" || !crypto.subtle) {
    throw new ManyhandsError(
      "insecure-context",
      "This page has no WebCrypto: serve it over https, or from localhost.",
    );
  }
  return crypto.subtle;
};

/** Throws what `webCryptoSignatures` would reject with later: for a clear error at the first call. */
export const requireWebCrypto = (): void => {
  subtleCrypto();
};

/** Ed25519 by WebCrypto; private keys cannot be exported. */
export const webCryptoSignatures: Signatures = {
  async createKeys(): Promise<SigningKeys> {
    const subtle = subtleCrypto();
    try {
      const pair = await subtle.generateKey("Ed25519", false, ["sign", "verify"]);
      const publicKey = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
      return { publicKey, privateKey: pair.privateKey };
    } catch (cause) {
      throw new ManyhandsError(
        "unsupported",
        "This browser has no Ed25519: Chrome 137, Firefox 129, Safari 17 or newer has.",
        { cause },
      );
    }
  },
  async sign(keys, message) {
    return new Uint8Array(await subtleCrypto().sign("Ed25519", keys.privateKey, message));
  },
  async verify(publicKey, message, signature) {
    if (!isSoundSignature(publicKey, signature)) return false;
    try {
      const subtle = subtleCrypto();
      const key = await subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
      return await subtle.verify("Ed25519", key, signature, message);
    } catch {
      return false;
    }
  },
};
