import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makeDirectory, writing } from "./writing.js";

/**
 * A name beside a file that nobody else uses: neither another thread of this process, nor a process that had its number before and left
 * something behind.
 */
export const besideName = (path: string): string => `${path}.${crypto.randomUUID().slice(0, 13)}.tmp`;

/**
 * Writes a whole file or nothing: to a temporary file in the same directory, flushed to disk, then renamed over the old one.
 * A reader sees the old content or the new, and so does the next start after a power cut.
 *
 * @throws  E_WRITE when the place cannot be written
 */
export function lastingWrite(path: string, content: Uint8Array | string): void {
  makeDirectory(dirname(path));
  const temporary = besideName(path);
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    writing(path, () => {
      const file = openSync(temporary, "wx");
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
    });
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
