import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DymadError } from "../../errors.js";

/** What a system says of a place it does not let us write in: a matter of the place, not of the program. */
const unwritable: readonly string[] = [
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOTDIR",
  "ENOSPC",
  "EDQUOT",
  "EISDIR",
  "ENAMETOOLONG",
  "EEXIST",
];

/**
 * Does work that writes a file or a directory.
 *
 * @param path  what is written
 * @throws      E_WRITE when the place cannot be written; any other error as it is
 */
export function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (cause instanceof DymadError || code === undefined || !unwritable.includes(code)) throw cause;
    const full = code === "ENOSPC" || code === "EDQUOT";
    throw new DymadError("E_WRITE", `cannot write in ${dirname(path)} (${code})`, {
      hint: `choose another place with --out, or ${full ? "make room there" : "mend its permissions"}`,
      data: { path, system: code },
      cause,
    });
  }
}

/**
 * Makes a directory and those above it, if they are missing.
 *
 * @throws  E_WRITE when it cannot be made, or a file stands in its place
 */
export function makeDirectory(path: string): void {
  writing(path, () => {
    mkdirSync(path, { recursive: true });
  });
}

/**
 * Finds out, without a trace, whether a file or directory could be made at a path.
 *
 * @throws  E_WRITE when it could not
 */
export function requireWritable(path: string): void {
  writing(path, () => {
    let place = path;
    // what lies below a file is ENOTDIR already here
    while (statSync(place, { throwIfNoEntry: false }) === undefined && dirname(place) !== place) place = dirname(place);
    accessSync(place, constants.W_OK);
  });
}
