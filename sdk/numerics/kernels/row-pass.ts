import { type Graph, type Program, type Tensor, type Tensors, trace, vectorJacobian } from "../engine/index.js";
import { withProgram } from "../linalg/kept-programs.js";
import { Matrix } from "../linalg/matrix.js";
import { rowBlocks, rowsPerPass } from "../linalg/row-blocks.js";
import type { NamedArray } from "./spec.js";

/** Values by name, row-major. */
export type Arrays = Readonly<Record<string, Float64Array>>;

/** A formula of single rows, [r, n] to [r, k], as `rowPass` takes it: what it computes, the arrays it needs, and their values. */
export type RowFormula = readonly [
  name: string,
  declared: readonly NamedArray[],
  arrays: Arrays,
  formula: (x: Tensor, arrays: Tensors) => Tensor,
];

/** Entries of a block of kernel values that one pass makes: some such blocks stay in the cache of a core. */
const entriesPerPass = 2 ** 15;

/**
 * A formula of single rows, made ready: from places [m, n] to values [m, k], in passes that hold some rows times N kernel values.
 *
 * @param name      what the formula computes beside the shapes of its arrays: formulas of one name and equal shapes share a program
 * @param declared  the arrays that the formula needs; the first axis of the first one, the points, is N
 * @param arrays    their values
 * @param formula   from rows [r, n] to [r, k]
 * @returns         a function of the places, and of arrays whose values have changed since the last call
 */
export function rowPass(
  name: string,
  declared: readonly NamedArray[],
  arrays: Arrays,
  formula: (x: Tensor, arrays: Tensors) => Tensor,
): (x: Matrix, changed?: Arrays) => Matrix {
  const N = declared[0].shape[0];
  const most = Math.max(8, Math.min(rowsPerPass, Math.floor(entriesPerPass / Math.max(1, N))));
  const shapes = Object.fromEntries(declared.map((array) => [array.name, array.shape]));
  let values: Arrays = Object.fromEntries(declared.map((array) => [array.name, arrays[array.name]]));
  return (x, changed) => {
    if (changed !== undefined) values = { ...values, ...changed };
    const place = [Math.min(most, Math.max(1, x.rows)), x.cols];
    const graph = (): Graph => trace({ place, ...shapes }, ({ place: row, ...rest }) => ({ y: formula(row, rest) }));
    const pass = (program: Program, mine: boolean): Matrix => {
      const out = new Matrix(x.rows, program.outputs[0].shape[1]);
      let inputs = mine ? {} : values;
      let at = 0;
      for (const rows of rowBlocks([x], x.cols, place[0])) {
        const { y } = program.run({ ...inputs, place: rows });
        inputs = {};
        out.data.set(y.length <= out.data.length - at ? y : y.subarray(0, out.data.length - at), at);
        at += y.length;
      }
      return out;
    };
    return withProgram(`${name} ${JSON.stringify({ place, ...shapes })}`, graph, pass, values);
  };
}

/**
 * The derivatives of a formula of single rows, by the engine.
 *
 * @param outputs  k, columns of the formula
 * @returns        a function from one place [n] to the derivatives there, shape [k, n]
 */
export function rowSlopes(outputs: number, ...[name, declared, arrays, formula]: RowFormula): (place: Float64Array) => Matrix {
  const shapes = Object.fromEntries(declared.map((array) => [array.name, array.shape]));
  return (at) => {
    // one row for each output: its derivative is the cotangent of that row
    const place = [outputs, at.length];
    const graph = (): Graph =>
      vectorJacobian(
        trace({ place, ...shapes }, ({ place: rows, ...rest }) => ({ y: formula(rows, rest) })),
        ["y"],
        ["place"],
      );
    const repeated = new Matrix(outputs, at.length);
    for (let i = 0; i < outputs; i++) repeated.row(i).set(at);
    return withProgram(`slopes of ${name} ${JSON.stringify({ place, ...shapes })}`, graph, (program) => {
      const out = program.run({ ...arrays, place: repeated.data, "cot:y": Matrix.identity(outputs).data });
      return new Matrix(outputs, at.length, Float64Array.from(out["grad:place"]));
    });
  };
}
