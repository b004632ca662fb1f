import react from "@vitejs/plugin-react";
import { build, defineConfig, type Plugin } from "vite";

const API = process.env.DBCV_URL ?? "http://127.0.0.1:8003";
const TARGET = ["chrome123", "firefox120", "safari17.5"];
const STANDALONE = { "embed.js": "src/embed/main.ts", "widget-frame.js": "src/widget/frame.ts" };

/** Scripts with lasting names that other people's pages and frames without an origin load: classic, one file each. */
function standalone(): Plugin {
  let outDir = "dist";
  const one = (name: string, entry: string) =>
    build({
      configFile: false,
      publicDir: false,
      logLevel: "warn",
      build: {
        outDir,
        emptyOutDir: false,
        target: TARGET,
        lib: { entry, name: "dbcv", formats: ["iife"], fileName: () => name },
      },
    });
  return {
    name: "dbcv-standalone",
    apply: "build",
    configResolved: (config) => {
      outDir = config.build.outDir;
    },
    async closeBundle() {
      for (const [name, entry] of Object.entries(STANDALONE)) await one(name, entry);
    },
  };
}

// `npm run dev` serves the pages with hot reload and hands everything else to a running `dbcv up`.
export default defineConfig({
  plugins: [react(), standalone()],
  server: {
    proxy: {
      "/api": { target: API, ws: true },
      "/ws": { target: API, ws: true },
      "/health": API,
      "/docs": API,
      "^/embed(\\.js$|/)": API,
      "/widget-frame": API,
      "/icons": API,
    },
  },
  build: {
    outDir: "dist",
    target: TARGET,
    // Nothing inlined as data: URLs, so that the CSP can stay `'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
