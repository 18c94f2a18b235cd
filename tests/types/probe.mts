// Uses the public types as a user would. A line marked `// wrong` must be refused by every compiler that reads our declarations.
import {
  type CompiledTraining,
  type Dataset,
  type DatasetPlan,
  DymadError,
  datasetFromArrays,
  dymad,
  type Evaluation,
  Matrix,
  type Run,
  split,
  type Telling,
  type TrainPlan,
  toDataFrame,
} from "dymad";
import { compileReference, type Program, trace } from "dymad/engine";
import { koopmanSpectrum, type Spectrum } from "dymad/spectral";

export const data: DatasetPlan = dymad.dataset({ x: [[[1], [0.5]]], dt: 1 });
export const file: DatasetPlan = dymad.dataset("lti.npz", { format: "npz" });
export const source: string = dymad.dataset("lti.npz"); // wrong
export const form: DatasetPlan = dymad.dataset("lti.npz", { format: "xlsx" }); // wrong

export const plan: TrainPlan = data
  .split({ train_frac: 0.5 })
  .transform({ x: { type: "scaler" } })
  .train({ model: "kbf" });
export const longer: TrainPlan = plan.phase({ trainer: "NODE", n_epochs: 10 });
export const unknownModel: TrainPlan = data.train({ model: "kbff" }); // wrong
export const unknownWord: TrainPlan = data.train({ model: "kbf", sede: 1 }); // wrong
export const unknownTrainer: TrainPlan = plan.phase({ trainer: "node" }); // wrong
export const evaluatedTooEarly = data.evaluate(); // wrong
export const spec: number = plan.spec; // wrong

class Frame {
  readonly count: number;
  constructor(rows: unknown[][], options: { columns: string[] }) {
    this.count = rows.length * options.columns.length;
  }
}

export async function work(): Promise<void> {
  const compiled: CompiledTraining = await plan.compile();
  const hash: string = compiled.hash;
  const hashNumber: number = compiled.hash; // wrong
  compiled.hash = "other"; // wrong
  const run: Run = await plan.run({ signal: new AbortController().signal });
  const state: number = run.status; // wrong
  const evaluation: Evaluation = await run.evaluate();
  const rmse: number = evaluation.rmse;
  const rmseText: string = evaluation.rmse; // wrong
  const first: Float64Array = evaluation.predictions[0].row(0);
  const firstText: string = evaluation.predictions[0].row(0); // wrong
  const begun: Run = await (await plan.start({ out: "later" })).follow();
  const beginning: Run = plan.start(); // wrong
  const spectral = await begun.spectrum();
  const told: Telling = spectral;
  const growth: number = spectral.points[0].growth;
  const growthText: string = spectral.points[0].growth; // wrong
  const frame: Map<string, number> = toDataFrame(spectral, Frame); // wrong
  const rows: number = toDataFrame(await run.search(), Frame).count;
  const model = await run.model();
  const untold: Telling = model; // wrong
  const modelNumber: number = model; // wrong
  console.log(beginning, told, growth, growthText, frame, rows, untold, dymad.list("models").entries[0].key);
  console.log(hash, rmse, first, hashNumber, state, rmseText, firstText, modelNumber);
}

export const set: Dataset = datasetFromArrays({ x: [[1], [2], [3]] });
export const parts: { train: Dataset; valid: Dataset } = split(set, { train_frac: 0.5 });
export const halves: Dataset = split(set); // wrong
export const values: Float64Array = Matrix.from([[1, 2]]).data;
export const valuesText: string = Matrix.from([[1, 2]]).data; // wrong
export const rows: string = Matrix.from([[1, 2]]).toRows(); // wrong
export const code: "E_USAGE" | "E_SPEC" = new DymadError("E_SPEC", "text").code; // wrong
export const mistake = new DymadError("E_SPECK", "text"); // wrong

export const graph = trace({ x: [3] }, ({ x }) => ({ y: x.square().sum() }));
export const program: Program = compileReference(graph);
export const y: Float64Array | Float32Array = program.run({ x: Float64Array.of(1, 2, 3) }).y;
export const yText: string = program.run({ x: Float64Array.of(1, 2, 3) }).y; // wrong
export const noTensor = trace({ x: [3] }, ({ x }) => ({ y: x.sqare() })); // wrong

export const spectrum: Spectrum = koopmanSpectrum(3); // wrong
export const resolution: string = koopmanSpectrum; // wrong
