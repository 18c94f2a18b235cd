// npm run test:mcp [-- COUNT]: COUNT mutated requests (default 1,000) to every tool of a real server.
import { spawnSync } from "node:child_process";

const count = process.argv[2] ?? "1000";
const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "tests/doors/mcp-mutations.test.ts"], {
  stdio: "inherit",
  env: { ...process.env, DYMAD_MCP_MUTATIONS: count },
});
process.exitCode = status ?? 1;
