import type { PhysicsFunction } from "../dynamics/models/physics.js";
import type { GraphMode, TimeDomain } from "../dynamics/models/spec.js";
import { compileSubmission } from "../workflow/app/compile.js";
import { followTraining, generatedName, type StopSignal, startTraining } from "../workflow/app/train.js";
import type { CompiledTraining } from "../workflow/compiler/compiled.js";
import type { RunEvent } from "../workflow/executor/run-event.js";
import type { RunFolder } from "../workflow/executor/run-folder.js";
import type {
  CorrAlgRequest,
  CorrDifRequest,
  CvRequest,
  DmdRequest,
  EvaluationRequest,
  KbfRequest,
  KmmRequest,
  KmRequest,
  LdmRequest,
  LossRequest,
  LtiRequest,
  PhaseRequest,
  RunRequest,
  SdmRequest,
  TrainingRequest,
} from "../workflow/registry/request.js";
import type { DatasetSpec, Memory } from "./dataset-plan.js";
import type { Evaluation } from "./evaluation.js";
import { followed } from "./follow.js";
import { requireKnown } from "./known-options.js";
import { Run } from "./run.js";
import { inspectText } from "./text.js";

/** Options of the model by the word that names it. */
export interface ModelWords {
  readonly kbf: KbfRequest;
  readonly KBF: KbfRequest;
  readonly DKBF: KbfRequest;
  readonly GKBF: KbfRequest;
  readonly DGKBF: KbfRequest;
  readonly koopman_bilinear_form: KbfRequest;
  readonly ldm: LdmRequest;
  readonly LDM: LdmRequest;
  readonly DLDM: LdmRequest;
  readonly GLDM: LdmRequest;
  readonly DGLDM: LdmRequest;
  readonly LDMG: LdmRequest;
  readonly DLDMG: LdmRequest;
  readonly latent_dynamics_model: LdmRequest;
  readonly lti: LtiRequest;
  readonly LTI: LtiRequest;
  readonly DLTI: LtiRequest;
  readonly GLTI: LtiRequest;
  readonly DGLTI: LtiRequest;
  readonly linear_time_invariant: LtiRequest;
  readonly dmd: DmdRequest;
  readonly dmdc: DmdRequest;
  readonly dynamic_mode_decomposition: DmdRequest;
  readonly km: KmRequest;
  readonly KM: KmRequest;
  readonly DKM: KmRequest;
  readonly GKM: KmRequest;
  readonly DGKM: KmRequest;
  readonly kernel_machine: KmRequest;
  readonly kmsk: KmRequest;
  readonly DKMSK: KmRequest;
  readonly DGKMSK: KmRequest;
  readonly kernel_machine_skip: KmRequest;
  readonly kmm: KmmRequest;
  readonly KMM: KmmRequest;
  readonly kernel_machine_manifold: KmmRequest;
  readonly sdm: SdmRequest;
  readonly DSDM: SdmRequest;
  readonly DSDMG: SdmRequest;
  readonly sequential_dynamics_model: SdmRequest;
  readonly corr_alg: CorrAlgRequest;
  readonly TemplateCorrAlg: CorrAlgRequest;
  readonly algebraic_correction: CorrAlgRequest;
  readonly corr_dif: CorrDifRequest;
  readonly TemplateCorrDif: CorrDifRequest;
  readonly differential_correction: CorrDifRequest;
}

/** What `.train` takes: the words of a request, with `model` for the family and `options` for `overrides.model`. */
export interface TrainWords<K extends keyof ModelWords> {
  readonly model: K;
  readonly options?: ModelWords[K] | undefined;
  readonly time_domain?: TimeDomain | undefined;
  readonly graph_mode?: GraphMode | undefined;
  readonly reference_profile?: string | undefined;
  readonly phases?: readonly PhaseRequest[] | undefined;
  readonly criterion?: Readonly<Record<string, LossRequest | null>> | undefined;
  readonly dataloader?: { readonly batch_size?: number; readonly shuffle?: boolean } | undefined;
  readonly selection?: { readonly metric?: "rollout_rmse" | "valid_total" | "last" } | undefined;
  readonly double_precision?: boolean | undefined;
  readonly seed?: number | undefined;
  readonly run?: RunRequest | undefined;
  readonly evaluation?: EvaluationRequest | undefined;
}

/** Words of `.train` together with those of the data, as a request. */
export function trainingRequest<K extends keyof ModelWords>(data: DatasetSpec, words: TrainWords<K>): TrainingRequest {
  const { model, options, double_precision, seed, phases, criterion, dataloader, selection, run, ...top } = words;
  const overrides = {
    ...data.overrides,
    ...given({ model: options === undefined ? undefined : plain(options), phases, criterion, dataloader, selection }),
    ...(double_precision === undefined ? {} : { data: { double_precision } }),
  };
  const running = { ...run, ...given({ seed }) };
  return {
    version: 1,
    model_key: model,
    ...given(top),
    data: data.data,
    ...(Object.keys(overrides).length > 0 ? { overrides } : {}),
    ...given({ split: data.split }),
    ...(Object.keys(running).length > 0 ? { run: running } : {}),
  } as TrainingRequest;
}

/** Options of a model as JSON: a physics function stays with the plan, and the request names it. */
function plain(options: object): object {
  const { physics } = options as { readonly physics?: unknown };
  return typeof physics === "function" ? { ...options, physics: `function ${physics.name || "physics"}` } : options;
}

/** The entries that were given a value. */
const given = (entries: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));

export interface RunOptions {
  /** run directory; default `runs/<name>` in the working directory */
  readonly out?: string | undefined;
  /** hears what happens, epoch by epoch */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** when it is aborted the run is cancelled and keeps its best model */
  readonly signal?: StopSignal | undefined;
}

/** A training you mean to do: a request as a value. `run()` and `evaluate()` are the verbs that work. */
export class TrainPlan {
  readonly spec: TrainingRequest;
  readonly #memory: Memory;
  readonly #physics: PhysicsFunction | undefined;

  constructor(spec: TrainingRequest, memory: Memory, physics?: PhysicsFunction) {
    this.spec = Object.freeze(spec);
    this.#memory = memory;
    this.#physics = physics;
    Object.freeze(this);
  }

  /** The same training with one phase more. The first phase that is named replaces those of the profile. */
  phase(phase: PhaseRequest): TrainPlan {
    const { overrides } = this.spec;
    return new TrainPlan(
      { ...this.spec, overrides: { ...overrides, phases: [...(overrides?.phases ?? []), phase] } },
      this.#memory,
      this.#physics,
    );
  }

  /**
   * The same training over several values of its options: all combinations of a grid, or a path through bounds. The run has the best
   * model, and `run.search()` the table.
   *
   * @param cv  as `overrides.cv` of a request: `param_grid` or `search.bounds` by dotted keys, `metric`, `selection`, `refit`
   */
  search(cv: CvRequest): TrainPlan {
    return new TrainPlan({ ...this.spec, overrides: { ...this.spec.overrides, cv } }, this.#memory);
  }

  /**
   * The complete request: defaults filled in, checked against the data, hashed.
   *
   * @throws  every problem of the request at once
   */
  async compile(): Promise<CompiledTraining> {
    return compileSubmission({ request: this.spec, base: ".", memory: this.#memory, physics: this.#physics }).compiled;
  }

  /**
   * Trains in a process of its own and waits for the end. A run that failed or was cancelled is a result, too: see `status`.
   *
   * @throws  every problem of the request at once; E_CONFLICT when the run directory is taken; E_SPEC for an unknown option
   */
  async run(options: RunOptions = {}): Promise<Run> {
    requireKnown("run", options, ["out", "onEvent", "signal"]);
    const { name, folder, handle } = await this.#start(options);
    return followed({ name, directory: folder.root, attached: false }, options, async ({ onEvent, signal }) => {
      await followTraining(folder, handle, { onEvent, signal });
      return Run.of(folder);
    });
  }

  /**
   * Starts the training in a process of its own and does not wait: the run goes on whatever becomes of this process. `follow()` of the
   * run, or of `dymad.open` with its directory or handle in another notebook, waits for the end; `cancel()` stops it.
   *
   * @throws  as {@link run}
   */
  async start(options: Pick<RunOptions, "out"> = {}): Promise<Run> {
    requireKnown("start", options, ["out"]);
    return Run.of((await this.#start(options)).folder);
  }

  /**
   * Trains, then rolls the best model out over the test data, or over the validation trajectories when there are none.
   *
   * @throws  as {@link run}, and when the run left no model
   */
  async evaluate(options: RunOptions = {}): Promise<Evaluation> {
    return (await this.run(options)).evaluate();
  }

  async #start({ out }: RunOptions): Promise<{ name: string; folder: RunFolder; handle: string }> {
    const name = this.spec.run?.name ?? generatedName(this.spec);
    const { folder, handle } = await startTraining({
      request: this.spec,
      base: ".",
      memory: this.#memory,
      physics: this.#physics,
      out: out ?? `runs/${name}`,
    });
    return { name, folder, handle };
  }

  describe(): string {
    return `TrainPlan ${JSON.stringify(this.spec)} (not run; await .run() or .evaluate())`;
  }

  toString(): string {
    return this.describe();
  }

  [inspectText](): string {
    return this.describe();
  }
}
