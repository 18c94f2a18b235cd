import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { DymadError } from "../../errors.js";
import { lastingWrite } from "./atomic-write.js";
import { makeDirectory, requireWritable, writing } from "./writing.js";

/** The files of a machine, as the workflows see them. Paths are absolute, or relative to the working directory. */
export interface Files {
  /** @throws E_NOT_FOUND when there is no such file; E_DATA when it cannot be read */
  read(path: string): Uint8Array;
  readText(path: string): string;
  /**
   * Replaces a file as a whole or not at all; makes missing directories.
   *
   * @throws  E_WRITE when the place cannot be written, here and in the methods below
   */
  write(path: string, content: Uint8Array | string): void;
  exists(path: string): boolean;
  /** Names in a directory; none when it is a file, or does not exist. */
  list(path: string): string[];
  size(path: string): number;
  makeDirectory(path: string): void;
  remove(path: string): void;
  /** Does nothing but refuse a path at which nothing could be made. */
  requireWritable(path: string): void;
  resolve(...parts: string[]): string;
  join(...parts: string[]): string;
  relative(from: string, to: string): string;
  dirname(path: string): string;
  basename(path: string): string;
}

/** The files of this machine. */
export const machineFiles: Files = {
  read: (path) => reading(path, () => new Uint8Array(readFileSync(path))),
  readText: (path) => reading(path, () => readFileSync(path, "utf8")),
  write: lastingWrite,
  exists: existsSync,
  list: (path) => (statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path).sort() : []),
  size: (path) => reading(path, () => statSync(path).size),
  makeDirectory,
  remove: (path) => writing(path, () => rmSync(path, { recursive: true, force: true })),
  requireWritable,
  resolve,
  join,
  relative: (from, to) => relative(from, to).replaceAll("\\", "/"),
  dirname,
  basename,
};

function reading<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new DymadError("E_NOT_FOUND", `there is no file ${path}`, {
        hint: "check the path; it is taken relative to the place it is written in",
        cause,
      });
    }
    throw new DymadError("E_DATA", `${path} cannot be read (${code ?? String(cause)})`, {
      hint: code === "EISDIR" ? "it is a directory: name a file in it" : "check the permissions of the file",
      cause,
    });
  }
}
