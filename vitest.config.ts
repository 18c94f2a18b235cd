import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files whose work is done in other processes begin, for they are the long ones; the short ones fill the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const short = ({ moduleId }: TestSpecification): boolean => /\/tests\/(unit|numeric)\//.test(moduleId);
    return (await super.sort(files)).sort((a, b) => Number(short(a)) - Number(short(b)));
  }
}

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/heavy/**", "node_modules/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
    // the files of a process load the sources once: 0.3 s of processor time a file
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
});
