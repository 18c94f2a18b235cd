import { type NpyArray, readNpy, type ShapedArray, writeNpy } from "./npy.js";
import { readZip, writeZip } from "./zip.js";

/**
 * Reads an `.npz` archive: one array for each `.npy` entry, by its name without the ending.
 *
 * @param bytes  content of the file, stored or deflated
 * @param where  name of the file, for messages
 * @param keep   which arrays to read; default all
 * @throws       E_FORMAT naming file and entry when the archive is damaged or an entry holds no plain numbers
 * @example      readNpz(bytes, "train.npz").get("x")?.shape // [128, 501, 2]
 */
export function readNpz(
  bytes: Uint8Array,
  where = "the archive",
  keep: (name: string) => boolean = () => true,
): Map<string, NpyArray> {
  const nameOf = (entry: string): string => entry.slice(0, -".npy".length);
  const entries = readZip(bytes, where, (entry) => entry.endsWith(".npy") && keep(nameOf(entry)));
  return new Map(
    Array.from(entries, ([entry, content]) => [nameOf(entry), readNpy(content, `entry ${nameOf(entry)} of ${where}`)]),
  );
}

/**
 * An `.npz` archive of float64 arrays. Equal arrays give equal bytes.
 *
 * @param arrays   arrays by name
 * @param options  `deflate`: compress; default false
 * @throws         E_SHAPE when an array's values do not fill its shape
 */
export function writeNpz(
  arrays: Readonly<Record<string, ShapedArray>> | ReadonlyMap<string, ShapedArray>,
  options: { readonly deflate?: boolean } = {},
): Uint8Array {
  const pairs = arrays instanceof Map ? [...arrays] : Object.entries(arrays);
  const entries = pairs.map(([name, array]) => [`${name}.npy`, writeNpy(array, `entry ${name}`)]);
  return writeZip(Object.fromEntries(entries), options.deflate ?? false);
}
