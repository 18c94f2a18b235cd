import { compile, type Graph, type Program, sizeOf } from "../engine/index.js";

/** So many programs are kept, none with more entries among its inputs and outputs: 4 MiB each, and their intermediate values. */
const [most, largest] = [8, 2 ** 19];

interface Kept {
  readonly program: Program;
  readonly owner: object | null;
}

/** Programs that nobody uses just now, the one used last at the end. */
const kept = new Map<string, Kept>();

/**
 * Runs something with the program of a graph. Small programs are kept for the next time: preparing one takes longer than a product of
 * some thousand rows.
 *
 * @param key    what the graph computes, with all sizes
 * @param graph  made where the program is not there yet
 * @param use    nobody else has the program meanwhile; its outputs are views that end with it. `mine`: the last one to use it was the same
 *               owner, whose inputs are still there
 * @param owner  default null: nobody
 * @returns      what `use` returns
 */
export function withProgram<T>(
  key: string,
  graph: () => Graph,
  use: (program: Program, mine: boolean) => T,
  owner: object | null = null,
): T {
  const known = kept.get(key);
  const program = known?.program ?? compile(graph(), { backend: "wasm", dtype: "float64" });
  // whoever asks for the same in the midst of it makes one of its own
  kept.delete(key);
  const result = use(program, owner !== null && known?.owner === owner);
  const entries = [...program.inputs, ...program.outputs].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (entries <= largest) kept.set(key, { program, owner });
  else program.dispose();
  for (const [oldest, { program: least }] of kept) {
    if (kept.size <= most) break;
    least.dispose();
    kept.delete(oldest);
  }
  return result;
}
