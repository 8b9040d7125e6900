// What one source file imports, and which things it does that the house does not want. Parsed, not guessed by patterns.
import { parseSync, visitorKeys } from "oxc-parser";

/**
 * @typedef {{ specifier: string, typeOnly: boolean, line: number }} Import
 * @typedef {{ what: string, line: number }} Finding
 * @typedef {{ imports: Import[], realWorld: Finding[], banned: Finding[] }} Module
 */

const realWorldNames = new Set(["setTimeout", "setInterval", "setImmediate"]);

const realWorldMembers = new Set([
  "Date.now",
  "performance.now",
  "Math.random",
  "crypto.getRandomValues",
  "crypto.randomUUID",
  "AbortSignal.timeout",
]);

const realWorldModules = /^(node:)?timers(\/promises)?$/;

const bannedSyntax = {
  TSEnumDeclaration: "`enum` (use a union of literals)",
  TSAnyKeyword: "`any` (use `unknown` and parse it)",
  TSNonNullExpression: "non-null `!` (check the value)",
};

/** Nodes whose `key`, `property` or `imported` is a mere name, unless it is computed. */
const nameKeys = new Set(["key", "property", "imported", "exported", "label"]);

/**
 * Reads one module.
 * @param {string} file its name, for the parser's choice of language
 * @param {string} text
 * @returns {Module}
 * @throws {Error} if it does not parse
 */
export const readModule = (file, text) => {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const lineAt = createLineAt(text);
  const module = { imports: [], realWorld: [], banned: [] };

  const visit = (node) => {
    const line = lineAt(node.start);
    const imported = importOf(node);
    if (imported !== undefined) {
      module.imports.push({ ...imported, line });
      if (realWorldModules.test(imported.specifier)) {
        module.realWorld.push({ what: imported.specifier, line });
      }
    }
    const used = realWorldUse(node);
    if (used !== undefined) module.realWorld.push({ what: used, line });
    const what = bannedSyntax[node.type];
    if (what !== undefined) module.banned.push({ what, line });

    for (const key of visitorKeys[node.type] ?? []) {
      if (nameKeys.has(key) && node.computed !== true) continue;
      for (const child of [node[key]].flat()) if (child?.type !== undefined) visit(child);
    }
  };
  visit(program);
  return module;
};

/**
 * The module that a node imports or re-exports from, if it does. `import { type A }` counts as a value import:
 * under verbatimModuleSyntax it stays in the output as `import {}`.
 */
const importOf = (node) => {
  switch (node.type) {
    case "ImportDeclaration":
      return { specifier: node.source.value, typeOnly: node.importKind === "type" };
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      if (!node.source) return undefined;
      return { specifier: node.source.value, typeOnly: node.exportKind === "type" };
    case "ImportExpression":
      return node.source.type === "Literal" ? { specifier: node.source.value, typeOnly: false } : undefined;
    case "TSImportType":
      return { specifier: node.source.value, typeOnly: true };
    default:
      return undefined;
  }
};

/** The use of real time or chance that a node is, if it is one. */
const realWorldUse = (node) => {
  if (node.type === "NewExpression" && node.callee.name === "Date" && node.arguments.length === 0) {
    return "new Date()";
  }
  if (node.type === "Identifier") return realWorldNames.has(node.name) ? node.name : undefined;
  if (node.type !== "MemberExpression") return undefined;
  const path = dottedPath(node)?.replace(/^(globalThis|window|self)\./, "");
  return path !== undefined && (realWorldMembers.has(path) || realWorldNames.has(path)) ? path : undefined;
};

/** `a.b.c` or `a["b"].c` as "a.b.c"; nothing for anything less plain. */
const dottedPath = (node) => {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression") return undefined;
  const object = dottedPath(node.object);
  const name = node.computed ? node.property.value : node.property.name;
  return object === undefined || typeof name !== "string" ? undefined : `${object}.${name}`;
};

const createLineAt = (text) => {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1;
};
