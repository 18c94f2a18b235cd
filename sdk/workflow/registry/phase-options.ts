import { z } from "zod";
import type { OdeArgs, OdeMethod } from "../../dynamics/models/solver.js";
import type { LinearMethod, OptimizerPhase, Trainer } from "../../dynamics/training/config.js";
import { smoothingKeys } from "./smoothing-options.js";

export const trainers = ["NODE", "Weak", "OneStep", "Linear"] as const satisfies readonly Trainer[];

export const optimizers = ["adam", "adamw", "sgd", "rmsprop", "lbfgs"] as const satisfies readonly OptimizerPhase["optimizer"][];

export const trainerName: z.ZodType<Trainer> = z.enum(trainers);

export const odeMethods = [
  "euler",
  "midpoint",
  "heun",
  "rk4",
  "rk4_38",
  "bosh3",
  "dopri5",
  "tsit5",
  "dop853",
] as const satisfies readonly OdeMethod[];

/** Other names of the same methods, in lower case. */
export const solverAliases: Readonly<Record<string, OdeMethod>> = { dopri8: "dop853", rk45: "dopri5", rk23: "bosh3" };

/** Solvers of other libraries and the nearest that exists here. */
export const nearestSolver: Readonly<Record<string, OdeMethod>> = {
  fehlberg2: "bosh3",
  adaptive_heun: "bosh3",
  heun2: "heun",
  heun3: "bosh3",
  explicit_adams: "dopri5",
  implicit_adams: "dopri5",
  fixed_adams: "rk4",
  scipy_solver: "dopri5",
};

export const odeMethod: z.ZodType<OdeMethod> = z.enum(odeMethods).describe("solver of every rollout, validation included");

export const odeArgs: z.ZodType<OdeArgs> = z
  .strictObject({
    rtol: z.number().positive().default(1e-7).describe("relative tolerance of an adaptive solver"),
    atol: z.number().positive().default(1e-9).describe("absolute tolerance, units of z"),
    max_steps: z.int().min(1).default(10000).describe("most steps of an adaptive solve before it gives up"),
    step_size: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe("step of a fixed-step solver, units of t; null = one step per sample interval"),
  })
  .describe("tolerances and steps of the solver");

const name = z.string().trim().min(1).optional().describe("label of the phase; default phase_<number>");
export const linearMethods = [
  "full",
  "truncated",
  "sako",
  "full_log",
  "truncated_log",
  "sako_log",
  "total_least_squares",
  "forward_backward",
  "optimised",
  "bagged",
  "raw",
] as const satisfies readonly LinearMethod[];

const method = z
  .enum(linearMethods)
  .describe(
    "least squares in full, on the leading singular vectors (W = U V^T), or on the eigenpairs the data confirm; _log, continuous time: the logarithm of the map between samples; discrete time, where samples are noisy: total_least_squares, forward_backward, the exponentials nearest to whole trajectories (optimised), the same with standard errors from 100 random halves (bagged); raw: as kernel machines do, which need no method",
  );
const truncation = z
  .union([z.number(), z.literal("full")])
  .nullable()
  .describe(
    "truncated: singular vectors that stay (a whole number), or the part of the energy (a fraction); total_least_squares, forward_backward: the same, null = all that the data have; optimised, bagged: how many exponentials, null = one a column; sako: eigenpairs that stay, or the largest residual",
  );
const order = z
  .union([z.literal(1), z.literal(2), z.literal(4)])
  .default(2)
  .describe("order of the finite difference in continuous time");
const linearArgs = z.strictObject({
  order,
  ridge: z.number().min(0).default(0).describe("rho of |A W - B|^2 + rho m |W|^2 over m rows; 0 = plain least squares"),
  coupling: z
    .enum(["full", "one-way"])
    .default("full")
    .describe("one-way (autoencoder_type cat): the states depend on states and control alone"),
  remove_one: z.boolean().default(true).describe("sako: drop the eigenvalue 1 of a constant"),
  deficient: z
    .enum(["shortest", "refuse"])
    .default("shortest")
    .describe("full without ridge, when columns depend on one another: take the smallest solution and warn, or end the run"),
  streaming: z
    .boolean()
    .optional()
    .describe(
      "dmd: keep the sums of all pairs in the checkpoint, so that another run can go on with them and further data (data.earlier)",
    ),
});

const optimizer = {
  type: z.literal("optimizer").default("optimizer"),
  name,
  n_epochs: z.int().min(1).default(1).describe("epochs of this phase"),
  save_interval: z.int().min(1).default(10).describe("epochs between measurements of the validation rollout"),
  log_interval: z.int().min(1).optional().describe("epochs between log lines; default save_interval"),
  valid_interval: z.int().min(1).default(1).describe("epochs between passes over the validation data"),
  patience: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("end the phase after so many validation measurements without a better one; null = never"),
  optimizer: z.enum(optimizers).default("adam").describe("how gradients move the weights"),
  steps_per_batch: z
    .int()
    .min(1)
    .default(1)
    .describe("lbfgs: steps on a batch before the next; their lengths are searched, the keys of the learning rate do nothing"),
  weight_decay: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "adamw: part of the learning rate by which weights shrink in a step; others: times the weights, added to the gradient",
    ),
  momentum: z.number().min(0).lt(1).default(0).describe("sgd and rmsprop: part of the last step that goes on"),
  learning_rate: z.number().positive().default(1e-3).describe("learning rate, after the warm-up"),
  schedule: z
    .enum(["exponential", "cosine"])
    .default("exponential")
    .describe("learning rate after the warm-up: times decay_rate each epoch, or half a cosine down to min_learning_rate"),
  decay_rate: z.number().positive().max(1).default(0.999).describe("exponential: factor on the learning rate after each epoch"),
  warmup_epochs: z.int().min(0).default(0).describe("epochs in which the learning rate rises linearly"),
  min_learning_rate: z.number().min(0).default(1e-6).describe("floor of the learning rate; 0 = none"),
  reset_optimizer: z.boolean().default(false).describe("forget the moments of earlier phases"),
  clip_norm: z.number().positive().nullable().default(null).describe("longest gradient (2-norm); null = no limit"),
  ode_method: odeMethod.default("dopri5"),
  ode_args: odeArgs.prefault({}),
  criterion: z.record(z.string(), z.unknown()).default({}).describe("losses of this phase, laid over `criterion`"),
};

const dataSplits = ["train", "valid"] as const;

/** The keys of each kind of phase. The first four are optimisations, told apart by `trainer`. */
export const phaseOptions = {
  NODE: z.strictObject({
    ...optimizer,
    trainer: z.literal("NODE").describe("rollouts against the data"),
    sweep_lengths: z
      .array(z.int().min(2).nullable())
      .min(1)
      .default([null])
      .describe("horizons in samples, in order; null = full length"),
    sweep_epoch_step: z.int().min(1).optional().describe("epochs per horizon; default n_epochs"),
    sweep_tols: z
      .array(z.number().positive())
      .min(1)
      .nullable()
      .default(null)
      .describe("loss at which a horizon counts as learned"),
    sweep_mode: z.enum(["skip", "full"]).default("skip").describe("after the last horizon: stay there, or start again"),
    chop_mode: z.enum(["initial", "unfold"]).default("initial").describe("first samples of each trajectory, or sliding windows"),
    chop_step: z
      .number()
      .positive()
      .default(1)
      .describe("stride of the windows: a whole number from 2 counts samples, a value up to 1 is a part of the window"),
  }),
  Weak: z.strictObject({
    ...optimizer,
    trainer: z.literal("Weak").describe("weak form: integrals against test polynomials on windows, no rollout"),
    weak_form_params: z
      .strictObject({
        N: z.int().min(2).describe("samples per window"),
        dN: z.int().min(1).describe("stride of the windows, samples"),
        ordpol: z.int().min(1).max(32).describe("number of test polynomials"),
        ordint: z.int().min(1).max(4).describe("order of the Newton-Cotes rule; divides N - 1"),
        discrete_weight_normalization: z
          .enum(["l2", "l1", "none"])
          .default("l2")
          .describe("discrete models: norm by which each row of weights is divided"),
      })
      .describe("windows, test polynomials and quadrature"),
  }),
  OneStep: z.strictObject({
    ...optimizer,
    trainer: z.literal("OneStep").describe("z' of the dynamics at every sample against the next z, or its finite difference"),
    kwargs: z.strictObject({ order }).prefault({}),
  }),
  Linear: z.strictObject({
    ...optimizer,
    trainer: z.literal("Linear").describe("least squares for the linear dynamics in place of each gradient step"),
    method: method.default("full"),
    params: truncation.default(null),
    kwargs: linearArgs.prefault({}),
  }),
  linear_solve: z.strictObject({
    type: z.literal("linear_solve"),
    name,
    method: method.default("full"),
    params: truncation.default(null),
    kwargs: linearArgs.prefault({}),
    reset_optimizer: z.boolean().default(true).describe("forget the moments of the optimiser afterwards"),
  }),
  data: z.strictObject({
    type: z.literal("data"),
    name,
    operation: z
      .enum(["context", "smooth"])
      .default("context")
      .describe("context: nothing; smooth: the states, for the phases that follow"),
    splits: z
      .union([z.enum(dataSplits), z.array(z.enum(dataSplits)).min(1)])
      .default([...dataSplits])
      .describe("smooth: which data"),
  }),
  analysis: z.strictObject({
    type: z.literal("analysis").describe("measure free rollouts with the weights as they are"),
    name,
    split: z.enum(dataSplits).default("valid").describe("of which data"),
    evaluate_all: z.boolean().default(true).describe("all trajectories, or the first alone"),
  }),
  export: z.strictObject({
    type: z.literal("export").describe("write a file in exports/ of the run directory, as things are at this place"),
    name,
    export_kind: z
      .enum(["best_model", "run_checkpoint", "summary"])
      .default("best_model")
      .describe("the best model, all of the state to go on from, or losses and metrics as JSON"),
  }),
  repeat: z.strictObject({
    times: z.int().min(1).max(1000).describe("how often"),
    phases: z.array(z.unknown()).min(1).describe("phases in order"),
    name: z.string().trim().min(1).optional(),
  }),
} as const;

/** A data phase that smooths, by its method. */
export const smoothPhaseOptions = {
  savgol: phaseOptions.data.extend({ operation: z.literal("smooth"), ...smoothingKeys.savgol }),
  kernel_smoothing: phaseOptions.data.extend({ operation: z.literal("smooth"), ...smoothingKeys.kernel_smoothing }),
} as const;
