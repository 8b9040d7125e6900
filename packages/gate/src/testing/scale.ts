/** How long the seeded tests run: a first seed and a number of cases, from the environment. */
export const scaleOf = (defaultCount: number): { readonly seed: number; readonly count: number } => ({
  seed: Number(process.env["GATE_SEED"] ?? 1),
  count: Number(process.env["GATE_COUNT"] ?? defaultCount),
});
