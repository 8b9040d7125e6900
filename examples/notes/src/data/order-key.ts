// In ascending order of their character codes, so that comparing strings compares positions.
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * A key that sorts after `low` and before `high` (`undefined`: no bound on that side). Moving a page then changes that
 * page alone, and two people who move different pages at the same moment both get their way.
 * Keys that came from elsewhere may be anything: for `low >= high` the answer sorts after `low`.
 */
export const orderKeyBetween = (low: string | undefined, high: string | undefined): string => {
  let key = "";
  let ceiling = high;
  for (let at = 0; ; at++) {
    const from = digitAt(low, at) ?? 0;
    const to = digitAt(ceiling, at) ?? digits.length;
    if (from === to) {
      key += digits.charAt(from);
      continue;
    }
    const middle = Math.floor((from + to) / 2);
    if (middle > from) return key + digits.charAt(middle);
    key += digits.charAt(from);
    ceiling = undefined;
  }
};

const digitAt = (key: string | undefined, at: number): number | undefined =>
  key === undefined || at >= key.length ? undefined : Math.max(0, digits.indexOf(key.charAt(at)));
