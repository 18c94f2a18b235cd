import { compile, type Graph, type Program, sizeOf } from "../engine/index.js";

/** So many programs are kept, none with more entries among its inputs and outputs: 4 MiB each, and their intermediate values. */
const [most, largest] = [8, 2 ** 19];

/** Programs that nobody uses just now, the one used last at the end. */
const kept = new Map<string, Program>();

/**
 * Runs something with the program of a graph. Small programs are kept for the next time: preparing one takes longer than a product of
 * some thousand rows.
 *
 * @param key    what the graph computes, with all sizes
 * @param graph  made where the program is not there yet
 * @param use    nobody else has the program meanwhile; its outputs are views that end with it
 * @returns      what `use` returns
 */
export function withProgram<T>(key: string, graph: () => Graph, use: (program: Program) => T): T {
  const program = kept.get(key) ?? compile(graph(), { backend: "wasm", dtype: "float64" });
  // whoever asks for the same in the midst of it makes one of its own
  kept.delete(key);
  const result = use(program);
  const entries = [...program.inputs, ...program.outputs].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (entries <= largest) kept.set(key, program);
  else program.dispose();
  for (const oldest of kept.keys()) {
    if (kept.size <= most) break;
    kept.get(oldest)?.dispose();
    kept.delete(oldest);
  }
  return result;
}
