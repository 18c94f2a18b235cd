import { DymadError } from "../../errors.js";
import { readCheckpoint } from "../../formats/checkpoint.js";
import { type BackendName, compile, type Dtype, trace } from "../../numerics/engine/index.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { batchOf } from "../data/batch.js";
import { type GraphLayout, layoutOf } from "../data/graphs/layout.js";
import type { Dataset, Trajectory } from "../data/series.js";
import { contextOf, contextShapes, contextValues } from "../models/context.js";
import { buildModel, formOf, type Model, withForm } from "../models/model.js";
import { parameterShapes, pickParameters, type Weights } from "../models/parameters.js";
import { Simulator } from "../models/simulate.js";
import type { OdeChoice } from "../models/solver.js";
import type { ModelSpec } from "../models/spec.js";
import { type FieldStates, type FieldTransforms, restoreFields } from "../transforms/fields.js";
import { checkControl, checkParameters, checkStep, trajectoriesOf } from "./forecast-input.js";

/** The part of a checkpoint's JSON that makes a model usable; training adds what it needs to go on. */
export interface ModelRecord {
  readonly model: ModelSpec;
  /** columns as the model sees them; `p` parameters that it reads, absent in older checkpoints */
  readonly widths: { readonly x: number; readonly u: number; readonly p?: number };
  /** the graph of the training data; absent for plain state vectors */
  readonly graph?: GraphLayout;
  readonly transforms: FieldStates;
  readonly names: { readonly x: readonly string[]; readonly u: readonly string[] };
  readonly ode: OdeChoice;
  readonly dtype: Dtype;
  /** discrete models: step of the training data, units of `t`; null when they had none in common, absent in older checkpoints */
  readonly dt?: number | null;
}

/** A forecast in the units of the data. */
export interface Forecast {
  /** shape [T, n]; the first `delay` rows are the measured ones that began it; rows a solver did not reach are NaN */
  readonly x: Matrix;
  /** what a solver said when it gave up; empty when all went well */
  readonly trouble: string;
}

/** A trained model with its transforms: from measured samples to a forecast in the same units. */
export interface TrainedModel {
  readonly model: Model;
  readonly weights: Weights;
  readonly transforms: FieldTransforms;
  readonly record: ModelRecord;
  /** samples of a trajectory that a forecast starts from: delay + 1 */
  readonly window: number;
  /**
   * Forecasts of trajectories: of the state only the first `window` samples are read, of the control all.
   *
   * @param data  a data set or a list of trajectories: times [T], states [at least window, n], control [T, m]; units of the training data
   * @param ode   solver; default the one the model was trained with
   * @throws      E_DATA when it is given something else, or the step is not that of a discrete model; E_SHAPE when widths differ
   *              from the training data, or a trajectory is too short
   */
  forecast(data: Dataset | readonly Trajectory[], ode?: OdeChoice): Forecast[];
  /**
   * Latent states of measured samples, with the features the dynamics see.
   *
   * @returns  z [T - delay, k] and features [T - delay, s]; row j belongs to sample j + delay
   */
  encode(trajectory: Trajectory): { readonly z: Matrix; readonly features: Matrix };
}

/** A model from its record and weights. */
export function trainedModel(record: ModelRecord, weights: Weights, backend: BackendName = "wasm"): TrainedModel {
  const on = modelsOn(record, weights, { backend, dtype: backend === "reference" ? "float64" : record.dtype });
  const { model } = on([]);
  const transforms = restoreFields(record.transforms, model.layout?.nodes ?? null);
  const window = transforms.delay + 1;
  return {
    model,
    weights,
    transforms,
    record,
    window,
    forecast(data, ode = record.ode) {
      const trajectories = trajectoriesOf(data);
      trajectories.forEach((trajectory, i) => {
        checkControl(trajectory, i);
        checkParameters(trajectory, model.dims.p === 0 ? 0 : (transforms.p?.inputDim ?? model.dims.p), i);
        if (record.model.time_domain === "discrete" && record.dt) checkStep(trajectory, record.dt, i);
      });
      const prepared = trajectories.map((tr) => transforms.prepareStart(withWindow(tr, window), record.model.input_order));
      return on(trajectories.map(transforms.onEdges))
        .simulator.run(weights, prepared, ode)
        .map(({ x, trouble }, i) => ({ x: transforms.restore(x, trajectories[i].x.slice(0, window)), trouble }));
    },
    encode(trajectory) {
      const { model } = on([transforms.onEdges(trajectory)]);
      const prepared = transforms.prepare(trajectory, record.model.input_order);
      const T = prepared.x.rows;
      const batch = batchOf([{ trajectory: prepared, start: 0, length: T }]);
      const program = compile(
        trace({ ...parameterShapes(model.parameters), x: [T, 1, model.dims.x], ...contextShapes(model, 1, [T]) }, (t) => {
          const z = model.encode(pickParameters(model.parameters, t), t.x, contextOf(t));
          return { z, s: model.features(z, contextOf(t)) };
        }),
        { backend, dtype: "float64" },
      );
      const out = program.run({ ...weights, x: batch.x, ...contextValues(model, batch) });
      const { z, s } = model.dims;
      return { z: new Matrix(T, z, Float64Array.from(out.z)), features: new Matrix(T, s, Float64Array.from(out.s)) };
    },
  };
}

/**
 * The model on the graphs of some trajectories, with its simulator: the weights are those of any graph. Trajectories without a graph
 * have that of the training data.
 */
function modelsOn(
  record: ModelRecord,
  weights: Weights,
  engine: { readonly backend: BackendName; readonly dtype: Dtype },
): (trajectories: readonly Trajectory[]) => { readonly model: Model; readonly simulator: Simulator } {
  const { widths, graph = null } = record;
  const made = new Map<string, { readonly model: Model; readonly simulator: Simulator }>();
  return (trajectories) => {
    const layout = (graph !== null && record.model.graph_mode !== "none" ? layoutOf(trajectories) : null) ?? graph;
    const key = JSON.stringify(layout);
    const known = made.get(key);
    if (known !== undefined) return known;
    const share = layout === null || graph === null ? 1 : layout.nodes / graph.nodes;
    const plain = buildModel(record.model, share * widths.x, share * widths.u, { p: widths.p ?? 0, layout });
    const form = formOf(plain, weights);
    const model = form === plain.form ? plain : withForm(plain, form);
    const entry = { model, simulator: new Simulator(model, engine) };
    made.set(key, entry);
    return entry;
  };
}

/** The trajectory, when it has the samples that a forecast starts from. */
function withWindow(trajectory: Trajectory, window: number): Trajectory {
  if (trajectory.x.rows < window) {
    const { rows } = trajectory.x;
    throw new DymadError("E_SHAPE", `a forecast with this model starts from ${window} samples, the trajectory has ${rows}`);
  }
  return { ...trajectory, u: trajectory.u ?? null };
}

/**
 * Reads a model back from the bytes of its checkpoint.
 *
 * @param bytes    a checkpoint as training wrote it
 * @param options  `which` weights, default the best; `backend`, default wasm
 * @throws         E_SPEC when it is given something else than bytes; E_FORMAT when they are not a checkpoint of dymad
 */
export function loadModel(
  bytes: Uint8Array,
  options: { which?: "best" | "last"; backend?: BackendName; where?: string } = {},
): TrainedModel {
  const { which = "best", backend = "wasm", where = "the checkpoint" } = options;
  if (!ArrayBuffer.isView(bytes)) {
    const given: unknown = bytes;
    const what = typeof given === "string" ? `the path ${JSON.stringify(given)}` : `a value of type ${typeof given}`;
    throw new DymadError("E_SPEC", `loadModel takes the bytes of a checkpoint, got ${what}`, {
      hint: 'read the file first: loadModel(readFileSync(path)); or open the run: await dymad.open("runs/first").model()',
    });
  }
  const { json, arrays } = readCheckpoint(bytes, where);
  const record = (json as { record?: ModelRecord }).record;
  if (record === undefined)
    throw new DymadError("E_FORMAT", `${where} holds no model`, { hint: "it may come from a newer version of dymad" });
  const prefix = `${which}/`;
  const weights = Object.fromEntries(
    Object.entries(arrays)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, array]) => [name.slice(prefix.length), array.data]),
  );
  // checkpoints of models from before there were graphs do not name their options
  const model: ModelSpec = { ...{ graph_mode: "none", gcl: "sage", gcl_opts: { K: 2, heads: 1 } }, ...record.model };
  const trained = trainedModel({ ...record, model }, weights, backend);
  const missing = trained.model.parameters.filter((p) => weights[p.name] === undefined).map((p) => p.name);
  if (missing.length > 0) throw new DymadError("E_FORMAT", `${where} lacks the weights ${missing.join(", ")}`);
  return trained;
}
