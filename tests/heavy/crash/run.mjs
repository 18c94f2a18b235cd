// npm run test:crash [-- WORKERS,PARENTS,SECONDS]: kills workers and parents of trainings at many moments (default 50 and 20), and lets 8
// processes use one store at once (default 30 seconds).
import { spawnSync } from "node:child_process";

const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "tests/doors/crash.test.ts"], {
  stdio: "inherit",
  env: { ...process.env, DYMAD_CRASH_TEST: process.argv[2] ?? "50,20,30" },
});
process.exitCode = status ?? 1;
