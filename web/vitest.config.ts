import { defineConfig } from "vitest/config";

// Apart from vite.config.ts, so that a build needs no development packages (`npm ci --omit=dev`).
export default defineConfig({
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true, unstubGlobals: true },
});
