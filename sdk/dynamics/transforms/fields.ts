import { DymadError } from "../../errors.js";
import type { InterpolationKind } from "../../numerics/interpolation.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { type Prepared, prepared } from "../data/batch.js";
import { cutGraph } from "../data/graphs/graph.js";
import { eachNode, splitNodes } from "../data/graphs/nodes.js";
import type { Dataset, Trajectory } from "../data/series.js";
import { fitChain, restoreChain, type TransformChain } from "./chain.js";
import { type EdgeStates, type EdgeTransforms, fitEdges, restoreEdges } from "./edges.js";
import type { TransformStage } from "./spec.js";
import type { TransformState } from "./transform.js";

/**
 * The fitted transforms of the fields, and how their rows line up. On a graph the chains of x, u and y are those of one node: all nodes
 * have the same, fitted on the rows of all.
 */
export interface FieldTransforms {
  readonly x: TransformChain;
  readonly u: TransformChain | null;
  /** auxiliary observations; null = as they are, or none */
  readonly y: TransformChain | null;
  /** parameters, one row a trajectory; null = as they are, or none */
  readonly p: TransformChain | null;
  /** what edges carry; on a graph */
  readonly edges: EdgeTransforms;
  /** rows lost at the start: the largest delay; row j of a prepared trajectory belongs to sample j + delay */
  readonly delay: number;
  readonly states: FieldStates;
  /** what fitting noticed and went on, with the name of the field */
  readonly notes: readonly string[];
  /** A trajectory whose edges carry what the model sees, with states and control as the data have them. */
  onEdges(trajectory: Trajectory): Trajectory;
  /** A trajectory as the model sees it. */
  prepare(trajectory: Trajectory, order: InterpolationKind): Prepared;
  /** A trajectory as a forecast sees it: of the state its first `delay` + 1 samples, which make the one row that all rows repeat. */
  prepareStart(trajectory: Trajectory, order: InterpolationKind): Prepared;
  /** The auxiliary observations of a trajectory beside its prepared rows, shape [T - delay, a']; null when it has none. */
  observations(trajectory: Trajectory): Matrix | null;
  /**
   * Rows of the model back in the units of the data.
   *
   * @param z         predicted rows, shape [T - delay, n']
   * @param measured  samples 0 .. delay of the trajectory, which began the prediction
   * @returns         shape [T, n]; the first `delay` rows are those measured
   */
  restore(z: Matrix, measured: Matrix): Matrix;
}

/** States of the chains, as a checkpoint keeps them; fields without a chain are absent, u null. */
export interface FieldStates extends EdgeStates {
  readonly x: readonly TransformState[];
  readonly u: readonly TransformState[] | null;
  readonly y?: readonly TransformState[];
  readonly p?: readonly TransformState[];
}

/** Transforms of auxiliary observations, of parameters, and of weights and attributes of edges; default none. */
export interface FurtherStages {
  readonly ew?: readonly TransformStage[] | undefined;
  readonly ea?: readonly TransformStage[] | undefined;
  readonly y?: readonly TransformStage[] | undefined;
  readonly p?: readonly TransformStage[] | undefined;
}

/**
 * Fits the transforms on the training trajectories alone.
 *
 * @param nodes  nodes that the columns of x, u and y belong to; null = plain state vectors
 * @throws  E_SPEC when parameters, which have no time, are delayed or smoothed; what a stage refuses
 */
export function fitFields(
  x: readonly TransformStage[],
  u: readonly TransformStage[],
  train: Dataset,
  { y = [], p = [], ew, ea }: FurtherStages = {},
  nodes: number | null = null,
): FieldTransforms {
  const timed = p.find(({ type }) => type === "delay" || type === "denoise");
  if (timed !== undefined) {
    throw new DymadError("E_SPEC", `parameters have no time along which ${timed.type} could go`, {
      path: ["transform_p"],
      hint: "leave it out of transform_p",
    });
  }
  const { trajectories } = train;
  const of = (field: "x" | "u" | "y"): Matrix[] =>
    trajectories.flatMap((tr) => (tr[field] === null ? [] : splitNodes(tr[field], nodes ?? 1)));
  const fitted = (stages: readonly TransformStage[], data: readonly Matrix[]): TransformChain | null =>
    stages.length === 0 || data.length === 0 ? null : fitChain(stages, data);
  const controls = of("u");
  const chains = {
    x: fitChain(x, of("x")),
    u: controls.length === 0 ? null : fitChain(u, controls),
    y: fitted(y, of("y")),
    p: fitted(
      p,
      trajectories.flatMap((tr) => (tr.p === null ? [] : [asRow(tr.p)])),
    ),
  };
  const graphs = nodes === null ? [] : trajectories.flatMap(({ graph }) => (graph === undefined ? [] : [graph]));
  return fields(chains, fitEdges({ ew, ea }, graphs), nodes);
}

/** The transforms a checkpoint describes; on a graph with its number of nodes, where data do not say theirs. */
export function restoreFields(states: FieldStates, nodes: number | null = null): FieldTransforms {
  const restored = (chain: readonly TransformState[] | null | undefined): TransformChain | null =>
    chain === null || chain === undefined ? null : restoreChain(chain);
  const chains = { x: restoreChain(states.x), u: restored(states.u), y: restored(states.y), p: restored(states.p) };
  return fields(chains, restoreEdges(states), nodes);
}

type Chains = Pick<FieldTransforms, "x" | "u" | "y" | "p">;

function fields({ x, u, y, p }: Chains, carried: EdgeTransforms, nodes: number | null): FieldTransforms {
  const delay = Math.max(x.delay, u?.delay ?? 0, y?.delay ?? 0);
  const aligned = (chain: TransformChain, rows: Matrix): Matrix => {
    const out = eachNode(rows, rows.cols / chain.inputDim, (part) => chain.apply(part));
    return out.slice(delay - chain.delay, out.rows);
  };
  const nodesOf = ({ graph }: Trajectory): number => (nodes === null ? 1 : (graph?.nodes ?? nodes));
  const withState = (trajectory: Trajectory, state: Matrix, order: InterpolationKind): Prepared => {
    const control = u === null || trajectory.u === null ? null : aligned(u, trajectory.u);
    const parameters = p === null || !trajectory.p ? (trajectory.p ?? null) : p.apply(asRow(trajectory.p)).row(0);
    const { graph } = trajectory;
    const edges = nodes === null || graph === undefined ? undefined : cutGraph(carried.apply(graph), delay, trajectory.t.length);
    return prepared(trajectory.t.slice(delay), state, control, order, parameters, edges);
  };
  const chains = Object.entries({ x, u, y, p, ew: carried.ew, ea: carried.ea });
  return {
    x,
    u,
    y,
    p,
    edges: carried,
    delay,
    get states() {
      return {
        x: x.states,
        u: u?.states ?? null,
        ...(y === null ? {} : { y: y.states }),
        ...(p === null ? {} : { p: p.states }),
        ...carried.states,
      };
    },
    notes: chains.flatMap(([field, chain]) => (chain?.notes ?? []).map((note) => `transform_${field}: ${note}`)),
    onEdges: (trajectory) =>
      trajectory.graph === undefined ? trajectory : { ...trajectory, graph: carried.apply(trajectory.graph) },
    prepare(trajectory, order) {
      requireFit(trajectory, { x, u, y, p }, delay, nodesOf(trajectory));
      return withState(trajectory, aligned(x, trajectory.x), order);
    },
    prepareStart(trajectory, order) {
      requireFit(trajectory, { x, u, y, p }, delay, nodesOf(trajectory));
      const start = aligned(x, trajectory.x.slice(0, delay + 1)).row(0);
      const state = new Matrix(trajectory.t.length - delay, start.length);
      for (let k = 0; k < state.rows; k++) state.row(k).set(start);
      return withState(trajectory, state, order);
    },
    observations(trajectory) {
      if (trajectory.y === null) return null;
      return y === null ? trajectory.y.slice(delay, trajectory.y.rows) : aligned(y, trajectory.y);
    },
    restore(z, measured) {
      const rows = eachNode(z, z.cols / x.outputDim, (part) => x.invert(part));
      const out = new Matrix(z.rows + delay, rows.cols);
      out.data.set(rows.data, (delay - x.delay) * rows.cols);
      out.data.set(measured.data.subarray(0, delay * rows.cols));
      return out;
    },
  };
}

const asRow = (values: Float64Array): Matrix => new Matrix(1, values.length, values);

/** Refuses a trajectory that is too short, or whose columns are not those that were fitted, for each of its nodes. */
function requireFit(trajectory: Trajectory, { x, u, p }: Chains, delay: number, nodes: number): void {
  if (trajectory.x.rows <= delay) {
    throw new DymadError(
      "E_SHAPE",
      `a delay of ${delay} needs more than ${delay} samples, a trajectory has ${trajectory.x.rows}`,
    );
  }
  const each = nodes === 1 ? "" : ` for each of ${nodes} nodes`;
  if (trajectory.x.cols !== nodes * x.inputDim) {
    throw new DymadError(
      "E_SHAPE",
      `the model was trained on ${x.inputDim} state columns${each}, the data have ${trajectory.x.cols}`,
    );
  }
  if (nodes * (u?.inputDim ?? 0) !== (trajectory.u?.cols ?? 0)) {
    throw new DymadError(
      "E_SHAPE",
      `the model was trained with ${u?.inputDim ?? 0} control columns${each}, the data have ${trajectory.u?.cols ?? 0}`,
    );
  }
  if (p !== null && (trajectory.p?.length ?? 0) !== p.inputDim) {
    throw new DymadError(
      "E_SHAPE",
      `the model was trained with ${p.inputDim} parameters, the data have ${trajectory.p?.length ?? 0}`,
    );
  }
}
