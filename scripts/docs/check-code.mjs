import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Only whole examples are checked, and those begin with what they import. */
const isWhole = ({ language, text }) =>
  /^tsx?$/.test(language) && /^(\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*import\b/.test(text);

/**
 * Type errors in the TypeScript examples of the pages, checked against the sources of the packages.
 * @param {string} root of a repository with its node_modules
 * @param {Map<string, import("./read-markdown.mjs").Page>} pages
 * @returns {{ problems: string[], blockCount: number }}
 */
export const checkCode = (root, pages) => {
  // Inside node_modules, so that imports resolve as they do for a user.
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "docs-code-"));
  try {
    return compileExamples(root, folder, pages);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const compileExamples = (root, folder, pages) => {
  const pageOfFile = new Map();
  for (const [page, { codeBlocks }] of pages) {
    for (const { line, language, text } of codeBlocks.filter(isWhole)) {
      const name = `${page.replaceAll("/", "__")}.${line}.${language}`;
      // Empty lines before it: the compiler's line numbers are then those of the page.
      writeFileSync(join(folder, name), `${"\n".repeat(line - 1)}${text}\n`);
      pageOfFile.set(name, page);
    }
  }
  const blockCount = pageOfFile.size;
  if (blockCount === 0) return { problems: [], blockCount };
  const config = { extends: "../../../tsconfig.test.json", include: [], files: [...pageOfFile.keys()] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [compiler, "-p", folder, "--pretty", "false"],
    { cwd: folder, encoding: "utf8" },
  );
  return { problems: problemsOf(status, `${stdout}${stderr}`, pageOfFile), blockCount };
};

/** Errors in the packages themselves are left to `check:types`. */
const problemsOf = (status, output, pageOfFile) => {
  const errors = [...output.matchAll(/^(.+?)\((\d+),\d+\): error (.*)$/gm)];
  if (status !== 0 && errors.length === 0) return [`the compiler did not run: ${output}`];
  return errors.flatMap(([, file, line, message]) => {
    const page = pageOfFile.get(file);
    return page === undefined ? [] : [`${page}:${line}  ${message}`];
  });
};
