/** One line of the table: a peer's figure beside ours. */
export interface Row {
  readonly name: string;
  /** The peer's name and figure. */
  readonly peer: string;
  readonly ours: string;
  readonly ratio: string;
  /** What physics or theory allows at best. */
  readonly limit: string;
  readonly aim: string;
  readonly met: boolean;
}

/** What one row was made of: the figures of every round, a peer's and ours of the same round at the same place. */
export interface Comparison {
  readonly name: string;
  readonly peerName: string;
  /** Stands behind each figure, such as " ms". */
  readonly unit: string;
  readonly peer: readonly number[];
  readonly ours: readonly number[];
  readonly limit: string;
  /** `ratio`: the median of ours / peer; `value`: the median of ours. */
  readonly aim: { readonly of: "ratio" | "value"; readonly atMost: number };
}

/** The middle value; of an even count the mean of both. NaN of nothing. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return Number.isInteger(middle) ? (at(middle - 1) + at(middle)) / 2 : at(Math.floor(middle));
};

/** Makes the row of a comparison: medians of both, and the median and the smallest of the ratios of the rounds. */
export const compare = ({ name, peerName, unit, peer, ours, limit, aim }: Comparison): Row => {
  const ratios = ours.flatMap((value, round) => value / (peer[round] ?? Number.NaN));
  const ratio = median(ratios);
  const reached = aim.of === "ratio" ? ratio : median(ours);
  const least = Math.min(...ratios);
  const spread = ratios.length > 1 ? ` (min ${formatRatio(least)})` : "";
  return {
    name,
    peer: `${peerName}: ${withUnit(median(peer), unit)}`,
    ours: withUnit(median(ours), unit),
    ratio: `${formatRatio(ratio)}${spread}`,
    limit,
    aim: `≤ ${aim.of === "ratio" ? formatRatio(aim.atMost) : withUnit(aim.atMost, unit)}`,
    met: reached <= aim.atMost,
  };
};

const withUnit = (value: number, unit: string): string =>
  Number.isFinite(value) ? `${formatFigure(value)}${unit}` : formatFigure(value);

/** Three digits that count: 12,345 · 123 · 12.3 · 1.23 · 0.0123. */
export const formatFigure = (value: number): string => {
  if (!Number.isFinite(value)) return "never";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
};

const formatRatio = (value: number): string => `${formatFigure(value)}×`;

/** The rows as a Markdown table. */
export const formatTable = (rows: readonly Row[]): string => {
  const cells = [
    ["row", "peer", "ours", "ratio", "limit", "aim", "met?"],
    ...rows.map(({ name, peer, ours, ratio, limit, aim, met }) => [
      name,
      peer,
      ours,
      ratio,
      limit,
      aim,
      met ? "yes" : "**no**",
    ]),
  ];
  const [head, ...body] = cells.map((line) => `| ${line.join(" | ")} |`);
  return [head, `|${"---|".repeat(7)}`, ...body].join("\n");
};
