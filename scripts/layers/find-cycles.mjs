/**
 * The groups of files that import each other round in a circle (Tarjan's strongly connected components).
 * @param {Map<string, string[]>} graph file → files it imports
 * @returns {string[][]} each group sorted; a file that imports itself is a group of one
 */
export const findCycles = (graph) => {
  const order = new Map();
  const low = new Map();
  const stack = [];
  const cycles = [];

  const visit = (file) => {
    order.set(file, order.size);
    low.set(file, order.get(file));
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file), low.get(next)));
    }
    if (low.get(file) !== order.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1 || graph.get(file)?.includes(file)) cycles.push(group.sort());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return cycles;
};
