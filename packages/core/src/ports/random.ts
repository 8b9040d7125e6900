/**
 * Chance, as the rest of the code may know it.
 *
 * Laws: `bytes` is fit for keys and nonces (outside of a simulation); `fraction` is uniform in [0, 1).
 */
export interface Random {
  bytes(length: number): Uint8Array;
  fraction(): number;
}
