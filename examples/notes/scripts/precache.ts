import type { Plugin } from "vite";

/** What `precache` needs to know. */
export interface PrecacheOptions {
  /** The service worker's source, from the project's root. It is built as `sw.js`. */
  readonly worker: string;
  /** Files of `public/` to keep as well: Vite copies them without telling plugins. */
  readonly publicFiles: readonly string[];
}

/** Sums up what was built, so that a new build makes a new cache. Not a secret, only a name: FNV-1a. */
const fingerprint = (parts: readonly string[]): string => {
  let hash = 0x811c9dc5;
  for (const character of parts.join("\n")) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
};

/**
 * Builds the service worker and tells it every file of the build, so that the app opens without a network.
 * In the worker's source `"__FILES__"` becomes the list, `__VERSION__` a name that changes with the files.
 */
export const precache = ({ worker, publicFiles }: PrecacheOptions): Plugin => ({
  name: "precache",
  apply: "build",
  enforce: "post",
  buildStart() {
    this.emitFile({ type: "chunk", id: worker, fileName: "sw.js" });
  },
  generateBundle(_options, bundle) {
    const built = Object.values(bundle).filter(
      ({ fileName }) => fileName !== "sw.js" && !fileName.endsWith(".map"),
    );
    const files = ["./", ...built.map(({ fileName }) => fileName), ...publicFiles];
    const contents = built.map((file) => (file.type === "chunk" ? file.code : String(file.source)));
    const chunk = bundle["sw.js"];
    if (chunk?.type !== "chunk") return this.error("the service worker was not built");
    chunk.code = chunk.code
      .replace(/["'`]__FILES__["'`]/, () => JSON.stringify(files))
      .replaceAll("__VERSION__", fingerprint([...files, ...contents]));
  },
});
