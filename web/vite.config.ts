import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const API = process.env.DBCV_URL ?? "http://127.0.0.1:8003";

// `npm run dev` serves the pages with hot reload and hands everything else to a running `dbcv up`.
export default defineConfig({
  plugins: [react()],
  server: {
    proxy: { "/api": { target: API, ws: true }, "/ws": { target: API, ws: true }, "/health": API, "/docs": API },
  },
  build: {
    outDir: "dist",
    target: ["chrome123", "firefox120", "safari17.5"],
    // Nothing inlined as data: URLs, so that the CSP can stay `'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
