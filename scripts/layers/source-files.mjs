import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const isProduct = (name) => /\.tsx?$/.test(name) && !/\.(test|test-d|bench)\.tsx?$/.test(name);

/**
 * The packages of the repository with their product sources: no tests, no benchmarks.
 * @param {string} root
 * @returns {{ name: string, folder: string, files: string[] }[]} files relative to root, with forward slashes
 */
export const listPackages = (root) =>
  readdirSync(join(root, "packages"))
    .filter((folder) => existsSync(join(root, "packages", folder, "package.json")))
    .sort()
    .map((folder) => {
      const { name } = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
      const src = `packages/${folder}/src`;
      const names = existsSync(join(root, src)) ? readdirSync(join(root, src), { recursive: true }) : [];
      const files = names.map((file) => `${src}/${file.replaceAll("\\", "/")}`);
      return { name, folder: `packages/${folder}`, files: files.filter(isProduct).sort() };
    });
