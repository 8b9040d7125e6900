/** An Ed25519 key pair; the private half may be a handle that cannot be exported. */
export interface SigningKeys {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Opaque to everyone but the `Signatures` that made it; a structured-cloneable value, so that a store can keep it. */
  readonly privateKey: unknown;
}

/**
 * Ed25519, from wherever the runtime has it.
 *
 * Laws: `verify` gives the same answer on every engine (canonical encodings, no small-order points, the
 * cofactorless equation) and never rejects for bad input: it answers false; `sign` gives 64 bytes.
 */
export interface Signatures {
  createKeys(): Promise<SigningKeys>;
  sign(keys: SigningKeys, message: Uint8Array): Promise<Uint8Array>;
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}
