/**
 * @typedef {{ language: string, line: number, text: string }} CodeBlock line: of its first line of code, from 1
 * @typedef {{ target: string, line: number }} Reference
 * @typedef {{ codeBlocks: CodeBlock[], links: Reference[], paths: Reference[], anchors: Set<string>, lines: number }} Page
 */

/** A path from the root of the repository in a code span, such as `docs/protocol.md`. Patterns and placeholders are none. */
const repositoryPath = /^(packages|examples|docs|scripts|\.ci|\.github|\.changeset)\/[\w@./-]+$/;

/** What a build makes; a fresh clone has none of it. */
const generatedPath = /(^|\/)(dist|node_modules)(\/|$)|^docs\/api(\/|$)/;

/**
 * Reads what the checks need of a page of Markdown.
 * @param {string} text
 * @returns {Page}
 */
export const readMarkdown = (text) => {
  const page = {
    codeBlocks: [],
    links: [],
    paths: [],
    anchors: new Set(),
    lines: text.trimEnd().split("\n").length,
  };
  const slugs = new Map();
  let open;
  for (const [index, content] of text.split("\n").entries()) {
    const line = index + 1;
    const fence = /^\s*(?:>\s*)?(`{3,}|~{3,})\s*([\w-]*)/.exec(content);
    if (open !== undefined) {
      if (fence?.[1].startsWith(open.mark) && fence[2] === "") {
        page.codeBlocks.push({ language: open.language, line: open.line, text: open.lines.join("\n") });
        open = undefined;
      } else open.lines.push(content);
    } else if (fence) {
      open = { mark: fence[1], language: fence[2], line: line + 1, lines: [] };
    } else {
      readProse(page, content, line);
      const heading = /^#{1,6}\s+(.*)$/.exec(content);
      if (heading) page.anchors.add(uniqueSlug(slugs, heading[1]));
    }
  }
  return page;
};

const readProse = (page, content, line) => {
  for (const [, span] of content.matchAll(/`([^`]+)`/g)) {
    const target = span.replace(/:\d+$/, "");
    if (repositoryPath.test(target) && !generatedPath.test(target)) page.paths.push({ target, line });
  }
  const prose = content.replace(/`[^`]*`/g, "");
  const patterns = [
    /\]\(\s*<?([^)\s>]+)>?[^)]*\)/g,
    /^\s{0,3}\[[^\]]+\]:\s*<?([^\s>]+)/g,
    /\b(?:href|src)="([^"]+)"/g,
  ];
  for (const pattern of patterns) {
    for (const [, target] of prose.matchAll(pattern)) page.links.push({ target, line });
  }
  for (const [, id] of content.matchAll(/\b(?:id|name)="([^"]+)"|\{#([\w-]+)\}/g))
    if (id) page.anchors.add(id);
};

/** The anchor that GitHub gives a heading. */
const uniqueSlug = (slugs, heading) => {
  const slug = heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\p{Mark}\s_-]/gu, "")
    .replace(/\s/g, "-");
  const seen = slugs.get(slug) ?? 0;
  slugs.set(slug, seen + 1);
  return seen === 0 ? slug : `${slug}-${seen}`;
};
