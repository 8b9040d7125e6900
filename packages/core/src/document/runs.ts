/** Splits a list into runs of neighbours with the same key. */
export const runsOf = <Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): { readonly key: Key; readonly items: Item[] }[] => {
  const runs: { readonly key: Key; readonly items: Item[] }[] = [];
  for (const item of items) {
    const key = keyOf(item);
    const last = runs.at(-1);
    if (last?.key === key) last.items.push(item);
    else runs.push({ key, items: [item] });
  }
  return runs;
};
