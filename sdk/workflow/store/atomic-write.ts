import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

let count = 0;

/**
 * Writes a whole file or nothing: to a temporary file in the same directory, flushed to disk, then renamed over the old one.
 * A reader sees the old content or the new, and so does the next start after a power cut.
 */
export function lastingWrite(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  count += 1;
  const temporary = `${path}.${process.pid}-${count}.tmp`;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    const file = openSync(temporary, "wx");
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
