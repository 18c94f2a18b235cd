import { truncate } from "../dynamics/data/dataset.js";
import type { DatasetInspection } from "../dynamics/data/inspect.js";
import { inspect } from "../dynamics/data/inspect.js";
import type { Dataset } from "../dynamics/data/series.js";
import { DymadError } from "../errors.js";
import { type AnalysisData, type AnalyzeDataOptions, analyzeData, type DataAnalyses } from "../workflow/app/analyze-data.js";
import { readDataFile } from "../workflow/app/data.js";
import { definitionOf } from "../workflow/compiler/analysis-definition.js";
import type { DataAnalysisKey } from "../workflow/registry/analysis-request.js";
import type { CorrAlgRequest, DataRequest, DataRole, SplitRequest, TransformRequest } from "../workflow/registry/request.js";
import { requireKnown } from "./known-options.js";
import { dataAnalysisKind } from "./results/data-analysis.js";
import { inspectionKind } from "./results/forecast.js";
import type { Telling } from "./results/kind.js";
import { type DataOptions, type DataSource, readSource } from "./source.js";
import { inspectText } from "./text.js";
import { type ModelWords, TrainPlan, type TrainWords, trainingRequest } from "./train-plan.js";

/** The words of a data set plan: part of a training request. Plain JSON. */
export interface DatasetSpec {
  readonly data: DataRequest;
  readonly split?: SplitRequest | undefined;
  readonly overrides?:
    | {
        readonly transform_x?: TransformRequest;
        readonly transform_u?: TransformRequest;
        readonly transform_y?: TransformRequest;
        readonly transform_p?: TransformRequest;
        readonly transform_ew?: TransformRequest;
        readonly transform_ea?: TransformRequest;
      }
    | undefined;
}

/** Values in memory, by the part they play. */
export type Memory = Readonly<Partial<Record<DataRole, Dataset>>>;

/** Data you mean to use. Every verb gives a new plan; nothing is read before a training is compiled. */
export class DatasetPlan {
  readonly spec: DatasetSpec;
  readonly #memory: Memory;

  constructor(spec: DatasetSpec, memory: Memory) {
    this.spec = Object.freeze(spec);
    this.#memory = memory;
    Object.freeze(this);
  }

  /**
   * How whole trajectories are divided into training and validation.
   *
   * @param split  `train_frac` (short: `train`), default 0.75; `seed`, default 0
   */
  split(split: SplitRequest & { readonly train?: number }): DatasetPlan {
    const { train, ...words } = split;
    return this.#with({ split: { ...(train === undefined ? {} : { train_frac: train }), ...words } });
  }

  /**
   * Transforms of states, controls, auxiliary observations, parameters, and of weights and attributes of edges, each one stage or a list
   * applied in order.
   */
  transform(chains: {
    readonly x?: TransformRequest;
    readonly u?: TransformRequest;
    readonly y?: TransformRequest;
    readonly p?: TransformRequest;
    readonly ew?: TransformRequest;
    readonly ea?: TransformRequest;
  }): DatasetPlan {
    const given = Object.entries(chains).filter(([, chain]) => chain !== undefined);
    return this.#with({
      overrides: {
        ...this.spec.overrides,
        ...Object.fromEntries(given.map(([field, chain]) => [`transform_${field}`, chain])),
      },
    });
  }

  /** Data to validate on, instead of a part of the training data. */
  valid(source: DataSource, options: DataOptions = {}): DatasetPlan {
    return this.#also("valid", source, options);
  }

  /** Data to evaluate on. */
  test(source: DataSource, options: DataOptions = {}): DatasetPlan {
    return this.#also("test", source, options);
  }

  /** A training on these data, in the words of a request. */
  train<K extends keyof ModelWords>(words: TrainWords<K>): TrainPlan {
    const physics = (words.options as CorrAlgRequest | undefined)?.physics;
    return new TrainPlan(trainingRequest(this.spec, words), this.#memory, typeof physics === "function" ? physics : undefined);
  }

  /**
   * Analyses the data without a model and keeps what was found in a directory: `vortex_transform_modes` the training data against the test
   * data of the plan, `havok` the training data alone.
   *
   * @param options  `workflow_key`, default "vortex_transform_modes"; `parameters`, see docs/config.md; `out`, default "analyses"
   * @throws         E_SPEC when a parameter is unknown or unfit, or test data are missing; E_SHAPE, E_DATA when the data do not suit
   */
  async analyze<K extends DataAnalysisKey = "vortex_transform_modes">(
    options: AnalyzeDataOptions & { readonly workflow_key?: K } = {},
  ): Promise<DataAnalyses[K] & Telling> {
    requireKnown("plan.analyze", options, ["workflow_key", "parameters", "out"]);
    const { workflow_key = "vortex_transform_modes" } = options;
    const of = (role: "train" | "test"): AnalysisData["train"] => {
      const file = this.spec.data[role];
      if (file?.n_samples === undefined && file?.n_steps === undefined) return this.#memory[role] ?? file;
      throw new DymadError("E_UNSUPPORTED", `an analysis takes all of data.${role}, and n_samples or n_steps were given`, {
        path: ["data", role],
        hint: "leave them out, or give a part of the values",
      });
    };
    const alone = definitionOf(workflow_key).dataset_input_keys.includes("data");
    const data: AnalysisData = alone ? { data: of("train") } : { train: of("train"), test: of("test") };
    const analysis = await analyzeData(data, { ...options, workflow_key });
    return dataAnalysisKind.of(analysis) as unknown as DataAnalyses[K] & Telling;
  }

  /** The values as a training reads them. */
  async read(): Promise<Dataset> {
    return this.#load().dataset;
  }

  /** Sizes, sampling and column statistics. */
  async inspect(): Promise<DatasetInspection & Telling> {
    return inspectionKind.of(this.#load().inspection);
  }

  describe(): string {
    return `DatasetPlan ${JSON.stringify(this.spec)} (nothing is read yet; .train({ model }) goes on)`;
  }

  toString(): string {
    return this.describe();
  }

  [inspectText](): string {
    return this.describe();
  }

  #load(): { readonly dataset: Dataset; readonly inspection: DatasetInspection } {
    const { path, ...reading } = this.spec.data.train;
    const given = this.#memory.train;
    if (given === undefined) return readDataFile(path, reading);
    const { n_samples, n_steps } = reading;
    const dataset = truncate(given, {
      ...(n_samples === undefined ? {} : { n_samples }),
      ...(n_steps === undefined ? {} : { n_steps }),
    });
    return { dataset, inspection: inspect(dataset) };
  }

  #with(changes: Partial<DatasetSpec>): DatasetPlan {
    return new DatasetPlan({ ...this.spec, ...changes }, this.#memory);
  }

  #also(role: "valid" | "test", source: DataSource, options: DataOptions): DatasetPlan {
    const { reference, dataset } = readSource(source, options, role);
    const { [role]: _, ...others } = this.#memory;
    const memory = dataset === null ? others : { ...others, [role]: dataset };
    return new DatasetPlan({ ...this.spec, data: { ...this.spec.data, [role]: reference } }, memory);
  }
}
