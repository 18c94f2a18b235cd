import { execFileSync } from "node:child_process";

/** The commit of the repository around a directory, with `+` when tracked files were changed; null outside of one. */
export function gitCommit(directory: string): string | null {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: directory, encoding: "utf8", timeout: 2000, stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no") !== "";
    return `${git("rev-parse", "HEAD")}${changed ? "+" : ""}`;
  } catch {
    // No git, no repository, or one that takes too long: a run does not depend on it.
    return null;
  }
}
