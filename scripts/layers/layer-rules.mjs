// The layers of the house as data: which package and which folder may import which. docs/architecture.md draws the same picture.

/** Packages of ours that a package may import; one that is not named here is an adapter or a binding. */
const packageMayImport = {
  "@manyhands/gate": [],
  "@manyhands/core": ["@manyhands/gate"],
  "@manyhands/bench": "any",
  manyhands: "any",
};
const adapterMayImport = ["@manyhands/core"];

/** Folders of the core from the lowest up; one imports those of lower rows only. Files at the root of src are on top. */
const coreRows = [["ports"], ["wire"], ["sealing"], ["journal"], ["document", "access", "mesh", "presence"]];
const coreRank = new Map(coreRows.flatMap((row, rank) => row.map((folder) => [folder, rank])));
const topRank = coreRows.length;

/** Files at the root of the core that everything may import, and that import only each other and ports. */
const coreLeaves = new Set(["errors.ts", "ids.ts", "limits.ts", "system.ts", "room-state.ts"]);

/** The files that may touch real time and chance: they make the clocks that everything else is given. */
const realWorldFiles = [
  /^packages\/core\/src\/system\.ts$/,
  /^packages\/testing\/src\/(.*\/)?[^/]*clock[^/]*\.ts$/,
];

export const mayTouchRealWorld = (file) => realWorldFiles.some((pattern) => pattern.test(file));

/**
 * Why a package may not import another package of ours.
 * @param {string} from name of the importing package
 * @param {string} to name of the imported one
 * @param {string} specifier as written
 * @returns {string | undefined} nothing if it may
 */
export const judgePackageImport = (from, to, specifier) => {
  if (from === to) return `${from} imports itself by name: use a relative path`;
  if (/\/(src|dist)(\/|$)/.test(specifier.slice(to.length)))
    return `${specifier}: packages meet through their exports`;
  const allowed = packageMayImport[from] ?? adapterMayImport;
  if (allowed === "any" || allowed.includes(to)) return undefined;
  return `${from} may not import ${to} (only ${allowed.join(", ") || "none of ours"})`;
};

/**
 * Why a file of the core may not import another file of the core.
 * @param {string} from path inside src, such as "mesh/choose-neighbours.ts"
 * @param {string} to likewise
 * @returns {string | undefined} nothing if it may
 */
export const judgeCoreImport = (from, to) => {
  if (coreLeaves.has(to)) return undefined;
  const source = folderOf(from);
  const target = folderOf(to);
  if (coreLeaves.has(from)) {
    return target === "ports"
      ? undefined
      : `${from} is a leaf: it may import only ports and other leaves, not ${to}`;
  }
  for (const folder of [source, target]) {
    if (folder !== "" && !coreRank.has(folder))
      return `folder ${folder} has no place in the layers (scripts/layers)`;
  }
  if (source === target) return undefined;
  const sourceRank = coreRank.get(source) ?? topRank;
  const targetRank = coreRank.get(target) ?? topRank;
  if (targetRank < sourceRank) return undefined;
  const reason =
    targetRank === sourceRank ? "siblings never import each other" : "imports run downwards only";
  return `${source || "src"} may not import ${target || to}: ${reason}`;
};

const folderOf = (path) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");
