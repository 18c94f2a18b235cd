import { compile, type Tensor, type Tensors, trace } from "../engine/index.js";
import { Matrix } from "../linalg/matrix.js";
import { rowBlocks, rowsPerPass } from "../linalg/row-blocks.js";
import type { NamedArray } from "./spec.js";

/** Values by name, row-major. */
export type Arrays = Readonly<Record<string, Float64Array>>;

/** Entries of a block of kernel values that one pass makes: some such blocks stay in the cache of a core. */
const entriesPerPass = 2 ** 15;

/**
 * A formula of single rows, made ready: from places [m, n] to values [m, k], in passes that hold some rows times N kernel values.
 *
 * @param declared  the arrays that the formula needs; the first axis of the first one, the points, is N
 * @param arrays    their values
 * @param formula   from rows [r, n] to [r, k]
 * @returns         a function of the places, and of arrays whose values have changed since the last call
 */
export function rowPass(
  declared: readonly NamedArray[],
  arrays: Arrays,
  formula: (x: Tensor, arrays: Tensors) => Tensor,
): (x: Matrix, changed?: Arrays) => Matrix {
  const N = declared[0].shape[0];
  const most = Math.max(8, Math.min(rowsPerPass, Math.floor(entriesPerPass / Math.max(1, N))));
  const shapes = Object.fromEntries(declared.map(({ name, shape }) => [name, shape]));
  const given = Object.fromEntries(declared.map(({ name }) => [name, arrays[name]]));
  const programs = new Map<string, ReturnType<typeof compile>>();
  return (x, changed = {}) => {
    const rows = Math.min(most, Math.max(1, x.rows));
    const key = `${rows}x${x.cols}`;
    let program = programs.get(key);
    let inputs = changed;
    if (program === undefined) {
      const graph = trace({ place: [rows, x.cols], ...shapes }, ({ place, ...rest }) => ({ y: formula(place, rest) }));
      program = compile(graph, { backend: "wasm", dtype: "float64" });
      programs.set(key, program);
      inputs = { ...given, ...changed };
    }
    const width = program.outputs[0].shape[1];
    const out = new Matrix(x.rows, width);
    let at = 0;
    for (const place of rowBlocks([x], x.cols, rows)) {
      const { y } = program.run({ ...inputs, place });
      inputs = {};
      out.data.set(y.length <= out.data.length - at ? y : y.subarray(0, out.data.length - at), at);
      at += y.length;
    }
    return out;
  };
}
