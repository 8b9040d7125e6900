import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { findCycles } from "./find-cycles.mjs";
import { judgeCoreImport, judgePackageImport, mayTouchRealWorld } from "./layer-rules.mjs";
import { readModule } from "./read-module.mjs";
import { listPackages } from "./source-files.mjs";

/**
 * Checks the product sources of all packages.
 * @param {string} root of the repository
 * @returns {{ problems: string[], fileCount: number }} a problem is "file:line  what is wrong"
 */
export const checkLayers = (root) => {
  const packages = listPackages(root);
  const names = packages.map(({ name }) => name);
  const problems = packages.flatMap((each) => checkPackage(root, each, names));
  return { problems, fileCount: packages.reduce((sum, { files }) => sum + files.length, 0) };
};

const checkPackage = (root, { name, folder, files }, names) => {
  const problems = [];
  const known = new Set(files);
  const graph = new Map();
  const yjsImports = [];

  for (const file of files) {
    const module = readModule(file, readFileSync(join(root, file), "utf8"));
    const report = (line, what) => problems.push(`${file}:${line}  ${what}`);
    const targets = [];
    for (const { specifier, typeOnly, line } of module.imports) {
      const other = names.find((each) => specifier === each || specifier.startsWith(`${each}/`));
      const refused = other === undefined ? undefined : judgePackageImport(name, other, specifier);
      if (refused !== undefined) report(line, refused);
      if (name === "@manyhands/core" && specifier === "yjs" && !typeOnly) yjsImports.push({ file, line });
      if (!specifier.startsWith(".")) continue;

      const target = resolveRelative(file, specifier, known);
      if (target === undefined) {
        report(line, `${specifier} is no product file of ${name}`);
        continue;
      }
      targets.push(target);
      if (target === `${folder}/src/index.ts`) report(line, "nobody imports the own index.ts");
      else if (name === "@manyhands/core" && file !== `${folder}/src/index.ts`) {
        const inside = (path) => path.slice(`${folder}/src/`.length);
        const reason = judgeCoreImport(inside(file), inside(target));
        if (reason !== undefined) report(line, reason);
      }
    }
    graph.set(file, targets);
    for (const { what, line } of module.banned) report(line, what);
    if (mayTouchRealWorld(file)) continue;
    for (const { what, line } of module.realWorld) report(line, `${what}: take a clock or random by option`);
  }

  for (const cycle of findCycles(graph)) problems.push(`${cycle[0]}:1  import cycle: ${cycle.join(", ")}`);
  const [first, ...more] = yjsImports;
  if (new Set(yjsImports.map(({ file }) => file)).size > 1) {
    for (const { file, line } of more.filter((each) => each.file !== first.file)) {
      problems.push(`${file}:${line}  yjs is imported as a value in ${first.file} too: one file alone may`);
    }
  }
  return problems;
};

/** The product file that `./x.js` means, if there is one. */
const resolveRelative = (from, specifier, known) => {
  const path = posix.join(posix.dirname(from), specifier);
  const candidates = [path, path.replace(/\.js$/, ".ts"), path.replace(/\.jsx?$/, ".tsx")];
  return candidates.find((candidate) => known.has(candidate));
};
