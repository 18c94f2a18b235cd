import { DymadError } from "../../errors.js";
import {
  compile,
  type Graph,
  inlineGraph,
  inputsOf,
  type Program,
  sizeOf,
  trace,
  vectorJacobian,
} from "../../numerics/engine/index.js";
import { Matrix } from "../../numerics/linalg/matrix.js";

/** A function of one row, for many rows. */
export interface RowFunction {
  readonly inputs: number;
  readonly outputs: number;
  /** shape [T, inputs] to [T, outputs] */
  apply(x: Matrix): Matrix;
  /** derivative at one row, shape [outputs, inputs] */
  jacobian(x: Float64Array): Matrix;
}

/**
 * A graph from one vector to another as a function of rows, in float64 on the processor.
 *
 * @param graph  one input of shape [n], one output of shape [m]
 * @throws       E_SPEC when it has other inputs or outputs
 * @see          docs/engine.md
 */
export function rowFunction(graph: Graph): RowFunction {
  const [input, ...others] = inputsOf(graph);
  const [output, ...more] = graph.outputs;
  const shape = output === undefined ? [] : graph.nodes[output.node].shape;
  if (input === undefined || others.length + more.length > 0 || input.shape.length !== 1 || shape.length !== 1) {
    throw new DymadError("E_SPEC", "a function of a lift has one vector as input and one as output", {
      hint: "put the columns together with concat",
    });
  }
  const [n, m] = [sizeOf(input.shape), sizeOf(shape)];
  const rowsOf = (T: number): Graph =>
    trace({ x: [T, n] }, ({ x }) => ({ y: inlineGraph(graph, { [input.name]: x }, [T])[output.name] }));
  const programs = new Map<number, Program>();
  let slopes: Program | null = null;
  return {
    inputs: n,
    outputs: m,
    apply(x) {
      const program = programs.get(x.rows) ?? compile(rowsOf(x.rows), { backend: "reference", dtype: "float64" });
      programs.set(x.rows, program);
      return new Matrix(x.rows, m, Float64Array.from(program.run({ x: x.data }).y));
    },
    jacobian(x) {
      // one row for each output: its derivative is the cotangent of that row
      slopes ??= compile(vectorJacobian(rowsOf(m), ["y"], ["x"]), { backend: "reference", dtype: "float64" });
      const repeated = new Matrix(m, n);
      for (let i = 0; i < m; i++) repeated.row(i).set(x);
      const out = slopes.run({ x: repeated.data, "cot:y": Matrix.identity(m).data });
      return new Matrix(m, n, Float64Array.from(out["grad:x"]));
    },
  };
}
