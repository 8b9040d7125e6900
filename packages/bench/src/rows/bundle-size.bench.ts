import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { compare, type Row } from "../row.js";

/** What an app has anyway. */
const shared = ["yjs", "y-protocols/*", "lib0/*"];

/** Bytes that a browser loads for a shared, stored document beyond Yjs itself. */
export const measureBundleSize = async (): Promise<Row[]> => [
  compare({
    name: "bundle without yjs, y-protocols and lib0 (brotli)",
    peerName: "y-webrtc + y-indexeddb",
    unit: " B",
    peer: [await brotliBytes("theirs")],
    ours: [await brotliBytes("ours")],
    limit: "12 KB: the features, bare",
    aim: { of: "value", atMost: 24_576 },
  }),
];

const brotliBytes = async (side: "ours" | "theirs"): Promise<number> => {
  const { outputFiles } = await build({
    // The source, wherever this file itself was compiled to.
    entryPoints: [new URL(`../../src/bundles/${side}.bench.ts`, import.meta.url).pathname],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: shared,
    conditions: ["@manyhands/source"],
  });
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  return outputFiles.reduce((sum, { contents: code }) => sum + brotliCompressSync(code, quality).length, 0);
};
