/**
 * The length to which `length` bytes are padded: Padmé (Nikitin et al., PoPETs 2019) leaks O(log log) bits of the
 * length at a cost of at most 12 %.
 */
export const padmeLength = (length: number): number => {
  if (length < 2) return length;
  const exponent = floorLog2(length);
  const keptBits = floorLog2(exponent) + 1;
  const step = 2 ** Math.max(0, exponent - keptBits);
  return Math.ceil(length / step) * step;
};

/** Exact, unlike `Math.log2`, for 1 to 2^32 - 1. */
const floorLog2 = (value: number): number => 31 - Math.clz32(value);
