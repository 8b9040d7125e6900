/**
 * The length to which `length` bytes are padded: Padmé (Nikitin et al., PoPETs 2019) leaks O(log log) bits of the
 * length at a cost of at most 12 %.
 */
export const padmeLength = (length: number): number => {
  if (length < 2) return length;
  const exponent = Math.floor(Math.log2(length));
  const keptBits = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** Math.max(0, exponent - keptBits);
  return Math.ceil(length / step) * step;
};
