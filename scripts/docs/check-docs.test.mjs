import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkCode } from "./check-code.mjs";
import { checkLinks } from "./check-links.mjs";
import { checkRules } from "./check-rules.mjs";
import { readMarkdown } from "./read-markdown.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

const pagesOf = (files) => new Map(Object.entries(files).map(([path, text]) => [path, readMarkdown(text)]));

test("a code block keeps its language and the line it begins at", () => {
  const { codeBlocks } = readMarkdown("# A\n\n```ts\nconst a = 1\n\nb()\n```\n\n~~~sh\nls\n~~~\n");
  expect(codeBlocks).toEqual([
    { language: "ts", line: 4, text: "const a = 1\n\nb()" },
    { language: "sh", line: 10, text: "ls" },
  ]);
});

test("links that lead somewhere", () => {
  const pages = pagesOf({
    "README.md":
      '[a](package.json) [b](scripts/) [c](https://x.test/no) [d](#how-it-works) ![e](biome.json "t")\n## How it *works*?\n',
    "scripts/page.md":
      "[up](../README.md#how-it-works)\n[ref]: ./test.mjs\n`scripts/test.mjs:12` `packages/*/src`\n",
  });
  expect(checkLinks(root, pages)).toEqual([]);
});

test("links, anchors and paths that lead nowhere", () => {
  const pages = pagesOf({
    "README.md":
      "[a](gone.md)\n[b](#gone)\n`scripts/gone.mjs`\n[ref]: gone/too.md\n```\n[no](link.md)\n```\n",
    "scripts/page.md": '[up](../README.md#gone) <img src="gone.png">\n# Here\n[`code`](#here)\n',
  });
  expect(checkLinks(root, pages)).toEqual([
    "README.md:1  link to gone.md, which does not exist",
    "README.md:2  link to #gone, but README.md has no heading #gone",
    "README.md:4  link to gone/too.md, which does not exist",
    "README.md:3  `scripts/gone.mjs` does not exist",
    "scripts/page.md:1  link to ../README.md#gone, but README.md has no heading #gone",
    "scripts/page.md:1  link to gone.png, which does not exist",
  ]);
});

test("a rule that the protocol does not have", () => {
  const tests = new Map([["a.test.ts", 'test("[P-2] holds", f);\n\ntest("[P-31] [G-1] hold", f);\n']]);
  expect(checkRules(tests, "**P-2** … **P-3** … **G-1**")).toEqual([
    "a.test.ts:3  rule P-31 is not in docs/protocol.md",
  ]);
});

test("an example with a type error, at its line; examples without imports are left alone", {
  timeout: 60_000,
}, () => {
  const pages = pagesOf({
    "docs/planted.md": [
      "```ts",
      "// first a comment",
      'import { limits } from "@manyhands/core";',
      "limits.notThere;",
      "```",
      "```ts",
      "nonsense(",
      "```",
      "```ts",
      'import { silentLogger } from "@manyhands/core";',
      "await Promise.resolve(silentLogger);",
      "```",
    ].join("\n"),
  });
  const { problems, blockCount } = checkCode(root, pages);
  expect(blockCount).toBe(2);
  expect(problems).toEqual([expect.stringMatching(/^docs\/planted\.md:4 {2}TS2339: Property 'notThere'/)]);
});
