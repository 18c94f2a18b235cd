import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: resolve(import.meta.dirname, "../../.."),
    include: ["tests/heavy/gpu/*.test.ts"],
    globalSetup: resolve(import.meta.dirname, "packages.ts"),
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: "forks",
    maxWorkers: 1,
  },
});
