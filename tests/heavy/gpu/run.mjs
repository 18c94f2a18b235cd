// npm run test:gpu: the backend suite on a GPU interface, WebGPU through Dawn. Without a card it takes the software adapter that
// Debian's chromium brings, so that the lowering can be tested on any machine.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const software = "/usr/lib/chromium/vk_swiftshader_icd.json";

const env = { ...process.env };
if (env.VK_DRIVER_FILES === undefined && process.platform === "linux" && !existsSync("/dev/dri") && existsSync(software)) {
  console.log(`no graphics card here: taking the software adapter, VK_DRIVER_FILES=${software}`);
  env.VK_DRIVER_FILES = software;
}
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const config = join(root, "tests/heavy/gpu/vitest.config.ts");
const { status } = spawnSync(process.execPath, [vitest, "run", "--config", config, ...process.argv.slice(2)], {
  cwd: root,
  env,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
