/** The room that all devices of a world share. */
export const worldRoom: { readonly name: string; readonly secret: Uint8Array } = {
  name: "simulated room",
  secret: new Uint8Array(32).fill(7),
};
