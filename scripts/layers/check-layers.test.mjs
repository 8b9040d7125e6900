import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { checkLayers } from "./check-layers.mjs";

const roots = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** The problems of a repository that consists of these files. */
const problemsOf = (files) => {
  const root = mkdtempSync(join(tmpdir(), "layers-"));
  roots.push(root);
  const packages = { core: "@manyhands/core", webrtc: "@manyhands/webrtc", manyhands: "manyhands" };
  const all = { ...files };
  for (const [folder, name] of Object.entries(packages)) {
    all[`packages/${folder}/package.json`] = JSON.stringify({ name });
  }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkLayers(root).problems;
};

const core = (files) =>
  problemsOf(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`packages/core/src/${path}`, text])),
  );

const empty = "export {};\n";

test("what the layers allow is no problem", () => {
  const problems = problemsOf({
    "packages/core/src/index.ts": 'export * from "./room.js";\n',
    "packages/core/src/room.ts": 'import "./mesh/spread.js";\nimport "./limits.js";\n',
    "packages/core/src/mesh/spread.ts":
      'import "../journal/journal.js";\nimport "./seen.js";\nimport "../ids.js";\n',
    "packages/core/src/mesh/seen.ts": "export const seen = (date: Date): number => date.getTime();\n",
    "packages/core/src/mesh/spread.test.ts": "setTimeout(() => {}, 1);\nconst x: any = Date.now();\n",
    "packages/core/src/journal/journal.ts":
      'import * as Y from "yjs";\nimport type { Clock } from "../ports/clock.js";\n',
    "packages/core/src/document/document.ts": 'import type * as Y from "yjs";\n',
    "packages/core/src/ports/clock.ts": 'import type { Id } from "../ids.js";\n',
    "packages/core/src/system.ts":
      'import "./ports/clock.js";\nsetTimeout(() => Math.random(), Date.now());\n',
    "packages/core/src/ids.ts": empty,
    "packages/core/src/limits.ts": empty,
    "packages/webrtc/src/index.ts": 'import { systemClock } from "@manyhands/core";\n',
    "packages/manyhands/src/index.ts": 'import "@manyhands/core";\nimport "@manyhands/webrtc";\n',
  });
  expect(problems).toEqual([]);
});

test("an import upwards, types included", () => {
  const files = { "wire/frame.ts": 'import type { J } from "../journal/j.js";\n', "journal/j.ts": empty };
  expect(core(files)).toEqual([
    "packages/core/src/wire/frame.ts:1  wire may not import journal: imports run downwards only",
  ]);
});

test("an import between siblings, as a re-export and as an import type", () => {
  const files = {
    "mesh/a.ts": '\nexport { p } from "../presence/p.js";\n',
    "document/d.ts": 'export type A = import("../access/a.js").A;\n',
    "presence/p.ts": empty,
    "access/a.ts": empty,
  };
  expect(core(files)).toEqual([
    "packages/core/src/document/d.ts:1  document may not import access: siblings never import each other",
    "packages/core/src/mesh/a.ts:2  mesh may not import presence: siblings never import each other",
  ]);
});

test("a folder's import of a file at the root, of the own index, of an unknown folder", () => {
  const files = {
    "mesh/a.ts": 'import "../room.js";\nimport "../index.js";\nawait import("../misc/m.js");\n',
    "room.ts": empty,
    "index.ts": empty,
    "misc/m.ts": empty,
  };
  expect(core(files)).toEqual([
    "packages/core/src/mesh/a.ts:1  mesh may not import room.ts: imports run downwards only",
    "packages/core/src/mesh/a.ts:2  nobody imports the own index.ts",
    "packages/core/src/mesh/a.ts:3  folder misc has no place in the layers (scripts/layers)",
  ]);
});

test("a leaf that imports more than ports", () => {
  expect(core({ "limits.ts": 'import "./wire/w.js";\n', "wire/w.ts": empty })).toEqual([
    "packages/core/src/limits.ts:1  limits.ts is a leaf: it may import only ports and other leaves, not wire/w.ts",
  ]);
});

test("packages: an adapter on another, the core on an adapter, a way round the exports", () => {
  const problems = problemsOf({
    "packages/webrtc/src/a.ts": 'import "manyhands";\nimport "@manyhands/core/src/ids.js";\n',
    "packages/core/src/a.ts": 'import "@manyhands/webrtc";\nimport "../../webrtc/src/a.js";\n',
    "packages/manyhands/src/a.ts": 'import "manyhands";\n',
  });
  expect(problems).toEqual([
    "packages/core/src/a.ts:1  @manyhands/core may not import @manyhands/webrtc (only @manyhands/gate)",
    "packages/core/src/a.ts:2  ../../webrtc/src/a.js is no product file of @manyhands/core",
    "packages/manyhands/src/a.ts:1  manyhands imports itself by name: use a relative path",
    "packages/webrtc/src/a.ts:1  @manyhands/webrtc may not import manyhands (only @manyhands/core)",
    "packages/webrtc/src/a.ts:2  @manyhands/core/src/ids.js: packages meet through their exports",
  ]);
});

test("product code that imports a test", () => {
  expect(core({ "mesh/a.ts": 'import "./a.test.js";\n', "mesh/a.test.ts": empty })).toEqual([
    "packages/core/src/mesh/a.ts:1  ./a.test.js is no product file of @manyhands/core",
  ]);
});

test("yjs as a value in two files", () => {
  const files = {
    "journal/a.ts": 'import * as Y from "yjs";\n',
    "document/b.ts": 'import { type Doc, encodeStateVector } from "yjs";\n',
    "document/c.ts": 'import type { Doc } from "yjs";\n',
  };
  expect(core(files)).toEqual([
    "packages/core/src/journal/a.ts:1  yjs is imported as a value in packages/core/src/document/b.ts too: one file alone may",
  ]);
});

test.each([
  ["Date.now()", "Date.now"],
  ["const t = globalThis.performance.now()", "performance.now"],
  ["new Date()", "new Date()"],
  ["const later = setTimeout", "setTimeout"],
  ["window.setInterval(() => {}, 5)", "setInterval"],
  ["const f = { setTimeout }", "setTimeout"],
  ['Math["random"]()', "Math.random"],
  ["crypto.getRandomValues(new Uint8Array(1))", "crypto.getRandomValues"],
  ["crypto.randomUUID()", "crypto.randomUUID"],
  ["AbortSignal.timeout(1)", "AbortSignal.timeout"],
  ['import { setTimeout as sleep } from "node:timers/promises"', "node:timers/promises"],
])("real time and chance: %s", (code, what) => {
  expect(core({ "mesh/a.ts": `// why\n${code};\n` })).toEqual([
    `packages/core/src/mesh/a.ts:2  ${what}: take a clock or random by option`,
  ]);
});

test("a name, a comment or a string is no use of real time", () => {
  const code = `// Date.now()
export const text = "Math.random()";
export const of = (clock: { setTimeout(): void; now(): number }): number => {
  clock.setTimeout();
  return clock.now() + new Date(0).getTime();
};
`;
  expect(core({ "mesh/a.ts": code })).toEqual([]);
});

test("import cycles, types included, also of a file with itself", () => {
  const files = {
    "mesh/a.ts": 'import type { B } from "./b.js";\n',
    "mesh/b.ts": 'import "./c.js";\n',
    "mesh/c.ts": 'import "./a.js";\n',
    "mesh/d.ts": 'import "./d.js";\nimport "./a.js";\n',
  };
  expect(core(files)).toEqual([
    "packages/core/src/mesh/a.ts:1  import cycle: packages/core/src/mesh/a.ts, packages/core/src/mesh/b.ts, packages/core/src/mesh/c.ts",
    "packages/core/src/mesh/d.ts:1  import cycle: packages/core/src/mesh/d.ts",
  ]);
});

test.each([
  ["enum Colour { red }", "`enum` (use a union of literals)"],
  ["export const f = (x: any[]): number => x.length", "`any` (use `unknown` and parse it)"],
  ["export const f = (x?: number): number => x!", "non-null `!` (check the value)"],
])("banned syntax: %s", (code, what) => {
  expect(core({ "mesh/a.ts": `${code};\n` })).toEqual([`packages/core/src/mesh/a.ts:1  ${what}`]);
});
