import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * Links and paths of the pages that lead nowhere.
 * @param {string} root
 * @param {Map<string, import("./read-markdown.mjs").Page>} pages by path from the root
 * @returns {string[]} problems: "file:line  what is wrong"
 */
export const checkLinks = (root, pages) =>
  [...pages].flatMap(([file, page]) => [
    ...page.links.flatMap(({ target, line }) => {
      const reason = judgeLink(root, pages, file, target);
      return reason === undefined ? [] : [`${file}:${line}  ${reason}`];
    }),
    ...page.paths
      .filter(({ target }) => !existsSync(join(root, target)))
      .map(({ target, line }) => `${file}:${line}  \`${target}\` does not exist`),
  ]);

const judgeLink = (root, pages, file, link) => {
  if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(link)) return undefined;
  const [path = "", anchor] = decodeURIComponent(link).split("#");
  const target = path === "" ? file : resolveLink(root, pages, file, path);
  if (target === undefined) return `link to ${path}, which does not exist`;
  const page = pages.get(target);
  if (!anchor || page === undefined || page.anchors.has(anchor)) return undefined;
  return `link to ${link}, but ${target} has no heading #${anchor}`;
};

/** Pages link relative to themselves; a leading slash means the docs site. */
const resolveLink = (root, pages, file, path) => {
  const absolute = path.startsWith("/") ? join(root, "docs", path) : join(root, dirname(file), path);
  const target = relative(root, absolute).replaceAll("\\", "/");
  return pages.has(target) || existsSync(absolute) ? target : undefined;
};
