import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "whole",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/heavy/**", "tests/unit/**", "tests/numeric/**", "node_modules/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "rooms",
          include: ["tests/unit/**/*.test.ts", "tests/numeric/**/*.test.ts"],
          // files of one process load the sources once: 0.3 s of processor time a file
          isolate: false,
          // after the others: a process is kept only while the next file is of its project
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
