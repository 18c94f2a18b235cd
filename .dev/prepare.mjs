// Installs what is missing and builds what is out of date; does nothing when all is in place.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fingerprint } from "./fingerprint.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const say = (text) => process.stderr.write(`${text}\n`);

/** Whether every package of the lock file that this platform needs is installed in its version. */
function installed() {
  const marker = `${root}/node_modules/.package-lock.json`;
  if (!existsSync(marker)) return false;
  const wanted = JSON.parse(readFileSync(`${root}/package-lock.json`, "utf8")).packages;
  const have = JSON.parse(readFileSync(marker, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => path === "" || entry.optional || have[path]?.version === entry.version);
}

function built() {
  const stamp = `${root}/dist/build.json`;
  return existsSync(stamp) && JSON.parse(readFileSync(stamp, "utf8")).sources === fingerprint(root);
}

if (!installed()) {
  say("dymad: installing packages (npm ci) ...");
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm ? [process.execPath, npm, "ci"] : ["npm", "ci"];
  execFileSync(command, [...args, "--no-progress", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
}
if (!built()) {
  say("dymad: building ...");
  execFileSync(process.execPath, [".dev/build.mjs"], { cwd: root, stdio: ["ignore", 2, 2] });
}
