import { defaultClientConditions, defineConfig, type UserConfig } from "vite";
import { precache } from "./scripts/precache.js";

const config: UserConfig = defineConfig({
  // Relative, so that the built files may live in any folder of any web server.
  base: "./",
  // Packages of this repository are read from their sources: no build is needed before `vite`.
  resolve: {
    conditions: ["@manyhands/source", ...defaultClientConditions],
    dedupe: ["yjs", "y-protocols", "lib0"],
  },
  // Named, or Vite finds them one after another and reloads the page each time.
  optimizeDeps: {
    include: [
      "yjs",
      "y-protocols/awareness",
      "@tiptap/core",
      "@tiptap/starter-kit",
      "@tiptap/extensions",
      "@tiptap/extension-list",
      "@tiptap/y-tiptap",
      "uqr",
    ],
  },
  server: { port: 5173 },
  // One file on purpose: the service worker keeps all of it anyway, and the editor is most of it.
  build: { target: "es2022", sourcemap: true, chunkSizeWarningLimit: 900 },
  plugins: [
    precache({
      worker: "src/offline/service-worker.ts",
      publicFiles: [
        "theme.js",
        "manifest.webmanifest",
        "icons/icon.svg",
        "icons/icon-180.png",
        "icons/icon-192.png",
        "icons/icon-512.png",
        "icons/icon-maskable-512.png",
      ],
    }),
  ],
});
export default config;
