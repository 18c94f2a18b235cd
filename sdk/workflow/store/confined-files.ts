import { lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { DymadError } from "../../errors.js";
import { type Files, machineFiles } from "./files.js";

/** Symbolic links that point at one another in a circle end here. */
const mostLinks = 40;

/**
 * The files below one directory: relative paths are relative to it, and a path that leads out of it, by `..`, as an absolute path or
 * through a symbolic link, is refused.
 *
 * @param root      an existing directory
 * @param maxBytes  larger files are not read; default 1 GB
 */
export function confinedFiles(root: string, maxBytes = 2 ** 30): Files {
  const home = realpathSync(root);
  const inside = (path: string): string => {
    const full = resolve(home, path);
    if (full.includes("\0") || !contains(home, realPlace(full))) throw outside(path);
    return full;
  };
  const small = (path: string): string => {
    const full = inside(path);
    const size = statSync(full, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= maxBytes) return full;
    throw new DymadError("E_DATA", `${path} has ${size} bytes, more than the ${maxBytes} that are read here`, {
      hint: "split the file, or start the server with a larger --max-file-bytes",
    });
  };
  return {
    read: (path) => machineFiles.read(small(path)),
    readText: (path) => machineFiles.readText(small(path)),
    write: (path, content) => machineFiles.write(inside(path), content),
    exists: (path) => machineFiles.exists(inside(path)),
    list: (path) => machineFiles.list(inside(path)),
    size: (path) => machineFiles.size(inside(path)),
    makeDirectory: (path) => machineFiles.makeDirectory(inside(path)),
    remove: (path) => machineFiles.remove(inside(path)),
    requireWritable: (path) => machineFiles.requireWritable(inside(path)),
    resolve: (...parts) => inside(resolve(home, ...parts)),
    join,
    relative: (from, to) => relative(resolve(home, from), resolve(home, to)).replaceAll("\\", "/"),
    dirname,
    basename,
  };
}

const contains = (home: string, path: string): boolean =>
  path === home || path.startsWith(home.endsWith(sep) ? home : home + sep);

const outside = (path: string): DymadError =>
  new DymadError("E_SPEC", `${JSON.stringify(path)} leads out of the root directory`, {
    hint: "name a path below the root, relative to it; symbolic links out of it are not followed",
  });

/** Where a path really leads, links resolved; what does not exist yet stays as it is written, below what does. */
function realPlace(path: string, links = 0): string {
  const found = looking(path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (found === undefined) {
    const above = dirname(path);
    return above === path ? path : join(realPlace(above, links), basename(path));
  }
  // a link is followed by hand: one that leads to nothing yet would be written through
  if (!found.isSymbolicLink()) return looking(path, () => realpathSync(path));
  if (links >= mostLinks) throw outside(path);
  return realPlace(resolve(realPlace(dirname(path), links), readlinkSync(path)), links + 1);
}

/** A path that cannot even be looked at (too long a name, no permission) is not followed. */
function looking<T>(path: string, look: () => T): T {
  try {
    return look();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new DymadError("E_DATA", `${path.slice(0, 200)} cannot be looked at (${code ?? String(cause)})`, {
      hint: "check the path",
      cause,
    });
  }
}
