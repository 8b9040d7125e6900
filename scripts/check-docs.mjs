// Fails if a page links to nothing, an example in it does not compile, or a test quotes a rule that the protocol lacks.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkCode } from "./docs/check-code.mjs";
import { checkLinks } from "./docs/check-links.mjs";
import { checkRules } from "./docs/check-rules.mjs";
import { readMarkdown } from "./docs/read-markdown.mjs";

/** A longer README is not read. */
const maxReadmeLines = 200;

/** Installed, built or written by tools. */
const skippedFolders = new Set([
  "node_modules",
  "dist",
  "coverage",
  ".git",
  ".turbo",
  ".changeset",
  ".cache",
]);

const listFiles = (folder) =>
  readdirSync(folder || ".", { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return skippedFolders.has(entry.name) || path === "docs/api" ? [] : listFiles(path);
  });

const readAll = (paths, parse) => new Map(paths.map((path) => [path, parse(readFileSync(path, "utf8"))]));

const files = listFiles("");
const pages = readAll(
  files.filter((file) => file.endsWith(".md") && !file.endsWith("CHANGELOG.md")),
  readMarkdown,
);
const tests = readAll(
  files.filter((file) => /\.test\.m?tsx?$/.test(file)),
  (text) => text,
);
const protocol = join("docs", "protocol.md");

const { problems: codeProblems, blockCount } = checkCode(process.cwd(), pages);
const problems = [
  ...checkLinks(process.cwd(), pages),
  ...codeProblems,
  ...checkRules(tests, existsSync(protocol) ? readFileSync(protocol, "utf8") : ""),
];
const readme = pages.get("README.md");
if (readme === undefined) problems.push("README.md does not exist");
else if (readme.lines > maxReadmeLines) {
  problems.push(
    `README.md:${maxReadmeLines}  has ${readme.lines} lines, at most ${maxReadmeLines} are wanted`,
  );
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) console.error(`\n${problems.length} problems in the docs`);
else console.log(`docs: ${pages.size} pages, ${blockCount} examples in order`);
process.exitCode = problems.length > 0 ? 1 : 0;
