import { type UnzipFileInfo, unzipSync, type Zippable, zipSync } from "fflate";
import { DymadError } from "../errors.js";

const LIMIT = 4 * 1024 * 1024 * 1024;
/** Deflate cannot shrink below 1/1032 of the original; an entry that claims more is made to fill the memory. */
const DEFLATE_LIMIT = 1032;

/**
 * The entries of a zip file by name, in file order.
 *
 * @param where  name of the file, for messages
 * @param keep   which entries to unpack; default all
 * @throws       E_FORMAT when the bytes are no whole zip file, or an entry (or all together) claims over 4 GB
 */
export function readZip(bytes: Uint8Array, where: string, keep: (name: string) => boolean = () => true): Map<string, Uint8Array> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    throw new DymadError("E_FORMAT", `${where} is not a zip archive: it begins with ${firstBytes(bytes)}`, {
      hint: "check the path, and that the file was written by numpy.savez or by dymad",
    });
  }
  let claimed = 0;
  const filter = (file: UnzipFileInfo): boolean => {
    if (!keep(file.name)) return false;
    claimed += file.originalSize;
    if (claimed > LIMIT || file.originalSize > DEFLATE_LIMIT * (file.size + 64)) {
      throw new DymadError("E_FORMAT", `entry ${file.name} of ${where} claims ${file.originalSize} bytes`, {
        hint: "archives of more than 4 GB are not read; split the file",
      });
    }
    return true;
  };
  try {
    return new Map(Object.entries(unzipSync(bytes, { filter })));
  } catch (cause) {
    if (cause instanceof DymadError) throw cause;
    throw new DymadError("E_FORMAT", `${where} is a damaged or cut-off zip archive: ${(cause as Error).message}`, {
      hint: "copy or write the file again",
      cause,
    });
  }
}

/** A zip file with sorted names and the date 1980-01-01, so that equal entries give equal bytes. */
export function writeZip(entries: Readonly<Record<string, Uint8Array>>, deflate: boolean): Uint8Array {
  const files: Zippable = {};
  for (const name of Object.keys(entries).sort()) files[name] = entries[name];
  return zipSync(files, { level: deflate ? 6 : 0, mtime: new Date(1980, 0, 1) });
}

function firstBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "nothing (the file is empty)";
  return Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
