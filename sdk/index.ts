export { datasetFromNpz, datasetToNpz } from "./dynamics/data/archive.js";
export { type ArrayFields, datasetFromArrays } from "./dynamics/data/arrays.js";
export { adjacencyOf, edgesOf } from "./dynamics/data/graphs/adjacency.js";
export type { GraphFields } from "./dynamics/data/graphs/fields.js";
export type { EdgeList, Graph } from "./dynamics/data/graphs/graph.js";
export type { GraphInspection } from "./dynamics/data/graphs/inspection.js";
export type { GraphInput } from "./dynamics/data/graphs/steps.js";
export { withGraph } from "./dynamics/data/graphs/with-graph.js";
export { type ColumnSummary, type DatasetInspection, inspect } from "./dynamics/data/inspect.js";
export { sampleSystem } from "./dynamics/data/sampling/sampler.js";
export type { SampleSpec } from "./dynamics/data/sampling/spec.js";
export type { Dataset, Trajectory } from "./dynamics/data/series.js";
export { type SmoothingSpec, smoothTrajectories } from "./dynamics/data/smoothing.js";
export { split } from "./dynamics/data/split.js";
export { datasetFromCsv, datasetFromFrame, type Frame } from "./dynamics/data/table.js";
export { autoencoderTransform } from "./dynamics/evaluation/autoencoder-transform.js";
export {
  compareForecasts,
  type EvaluateSettings,
  evaluateModel,
  type RolloutEvaluation,
} from "./dynamics/evaluation/evaluate.js";
export { fitLinearBaseline, type LinearBaseline } from "./dynamics/evaluation/linear-baseline.js";
export { persistenceForecast } from "./dynamics/evaluation/persistence.js";
export { solverAgreement } from "./dynamics/evaluation/solver-agreement.js";
export { type Forecast, loadModel, type TrainedModel } from "./dynamics/evaluation/trained-model.js";
export { type ValidTime, validTime } from "./dynamics/evaluation/valid-time.js";
export type { PhysicsFunction, PhysicsOps } from "./dynamics/models/physics.js";
export type { ModelSpec } from "./dynamics/models/spec.js";
export type { TrainingConfig } from "./dynamics/training/config.js";
export type { PhaseHistory, TrainingEvent } from "./dynamics/training/events.js";
export type { TrainingResult } from "./dynamics/training/result.js";
export { type TrainOptions, train } from "./dynamics/training/train.js";
export { fitChain, type TransformChain } from "./dynamics/transforms/chain.js";
export { tracedLift } from "./dynamics/transforms/lift-functions.js";
export { backwardModes, forwardModes, type ModesOptions } from "./dynamics/transforms/modes.js";
export type { TransformStage } from "./dynamics/transforms/spec.js";
export type {
  ConvergenceContext,
  ConvergenceRow,
  ConvergenceStudySpec,
  TuningPolicy,
} from "./dynamics/tuning/convergence-spec.js";
export type { ConvergenceResult, ConvergenceWork, MedianPrediction } from "./dynamics/tuning/convergence-study.js";
export type { StudyPrediction } from "./dynamics/tuning/median-trials.js";
export type { Evaluated, Evaluator } from "./dynamics/tuning/outcome.js";
export type { ParameterSpec, Parameters, ParameterValue } from "./dynamics/tuning/parameter.js";
export type { TuningEvaluation, TuningResult, TuningSpec } from "./dynamics/tuning/tuning-spec.js";
export { codes, DymadError, type ErrorCode, type Issue } from "./errors.js";
export { type FrameClass, toDataFrame } from "./fluent/data-frame.js";
export { DatasetPlan, type DatasetSpec } from "./fluent/dataset-plan.js";
export { type Dymad, dymad } from "./fluent/dymad.js";
export { Evaluation } from "./fluent/evaluation.js";
export type { Listing } from "./fluent/results/capabilities.js";
export type { Telling } from "./fluent/results/kind.js";
export { Log } from "./fluent/results/log.js";
export type { Modes, Pseudospectrum } from "./fluent/results/spectral.js";
export { type AnalyzeOptions, type ForecastOptions, type ReproduceOptions, type ResumeOptions, Run } from "./fluent/run.js";
export type { DataOptions, DataSource } from "./fluent/source.js";
export { type ModelWords, type RunOptions, TrainPlan, type TrainWords } from "./fluent/train-plan.js";
export type { NpyArray, ShapedArray } from "./formats/npy.js";
export { readNpz, writeNpz } from "./formats/npz.js";
export {
  type KernelRidge,
  type KernelRidgeOptions,
  type KernelRidgeReport,
  kernelRidge,
} from "./numerics/kernels/kernel-ridge.js";
export { type RandomFeatureRidge, randomFeatureRidge } from "./numerics/kernels/random-features.js";
export { kernelMatrix } from "./numerics/kernels/scalar-kernel.js";
export type { KernelSpec, RidgeSpec, ScalarKernel } from "./numerics/kernels/spec.js";
export { Matrix } from "./numerics/linalg/matrix.js";
export type { RunAnalysis } from "./workflow/app/analyze.js";
export type {
  AnalyzeDataOptions,
  DataAnalyses,
  DataAnalysis,
  HavokAnalysis,
  TransformModesAnalysis,
} from "./workflow/app/analyze-data.js";
export type { RunForecast } from "./workflow/app/forecast.js";
export type { Comparison, Reproduction } from "./workflow/app/reproduce.js";
export { compileTraining } from "./workflow/compiler/compile.js";
export type { CompiledData, CompiledTraining, CompileWarning } from "./workflow/compiler/compiled.js";
export type { DatasetFacts } from "./workflow/compiler/facts.js";
export type { RunEvent, TrialEvent } from "./workflow/executor/run-event.js";
export type { CandidateResult, SearchResults } from "./workflow/executor/search-results.js";
export type { RunManifest } from "./workflow/facade/manifest.js";
export type {
  CorrAlgRequest,
  CorrDifRequest,
  CvRequest,
  DataReference,
  DmdRequest,
  EvaluationRequest,
  KbfRequest,
  KernelRequest,
  KmmRequest,
  KmRequest,
  LdmRequest,
  LossRequest,
  LtiRequest,
  Overrides,
  PhaseRequest,
  RunRequest,
  SplitRequest,
  TrainingRequest,
  TransformRequest,
} from "./workflow/registry/request.js";
