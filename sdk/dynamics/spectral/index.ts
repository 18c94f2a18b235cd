export type { KernelFunction } from "../../numerics/kernels/kernel-observables.js";
export { landmarksOf } from "../../numerics/kernels/landmarks.js";
export type { BasisRequest } from "../../numerics/linalg/reduced-basis.js";
export { type Conjugacy, conjugacyAt, type Equilibrium, type MatchedEigenvalue } from "./conjugacy.js";
export { type BaggedDmd, type BaggedOptions, baggedDmd, type PointError } from "./dmd/bagged-dmd.js";
export { type BlockDmd, type BlockDmdOptions, blockDmd, blockModes, type MatrixBlocks } from "./dmd/block-dmd.js";
export type { Diagnostic } from "./dmd/diagnostic.js";
export { type Dictionary, fourierDictionary, joinDictionaries, monomials, radialBasis } from "./dmd/dictionary.js";
export { type Dmd, type DmdOptions, dmd, forecastDmd } from "./dmd/dmd.js";
export { type ControlledSnapshots, type DmdControl, dmdWithControl, forecastControlled } from "./dmd/dmd-control.js";
export { samplesOfCoordinates, simulateHavok } from "./dmd/driven.js";
export { type Edmd, type EdmdOptions, edmd, forecastEdmd } from "./dmd/edmd.js";
export type { GrowthLimit } from "./dmd/exponential-fit.js";
export type { OptimisedDmd, OptimisedPoint } from "./dmd/fit-description.js";
export { type Activity, type ActivityOptions, type Burst, forcingActivity } from "./dmd/forcing.js";
export { forecastHankel, type HankelDmd, hankelDmd } from "./dmd/hankel.js";
export { type Havok, type HavokOptions, havok } from "./dmd/havok.js";
export { kernelDictionary } from "./dmd/kernel-dictionary.js";
export { type OptimisedOptions, optimisedDmd } from "./dmd/optimised-dmd.js";
export type { TimedSamples } from "./dmd/recordings.js";
export { type SnapshotPairs, type Snapshots, snapshotPairs, snapshotsOf } from "./dmd/snapshots.js";
export type { StepEstimate } from "./dmd/step-estimate.js";
export { StreamingDmd } from "./dmd/streaming-dmd.js";
export { suggestDelay } from "./dmd/suggested-delay.js";
export { eigenfunctions } from "./eigenfunctions.js";
export type { Flag } from "./flag.js";
export {
  type ForcedSystem,
  type FrequencyResponse,
  frequenciesAround,
  frequencyGains,
  frequencyResponse,
  gainPeaks,
} from "./frequency-response.js";
export { type EigenbasisOptions, type KernelEigenbasis, kernelEigenbasis } from "./kernels/eigenbasis.js";
export { type HeatOptions, type HeatSections, heatSections, referenceVolume } from "./kernels/heat-sections.js";
export { type MeasureRequest, type SpectralMeasure, spectralMeasure } from "./measure.js";
export { type LatentPairs, latentPairs, modelSpectrum } from "./model-spectrum.js";
export { modes, superpose } from "./modes.js";
export { type PlaneGrid, type PseudospectrumRequest, planeGrid, pseudospectrum } from "./pseudospectrum.js";
export { type Rates, ratesOf } from "./rates.js";
export {
  lowRankResolventAt,
  operatorPseudospectrum,
  type Resolvent,
  type ResolventOptions,
  resolventAt,
} from "./resolvent.js";
export { type Keep, type Retained, type RetainOptions, retainPoints } from "./retained.js";
export { koopmanSpectrum, type Spectrum, type SpectrumPoint, type SpectrumRequest } from "./spectrum.js";
export { eigenfunctionsOn, type StatePlane } from "./state-grid.js";
export { eigenfunctionGradients, forecastByModes, stateEigenfunctions, stateModes, statePatterns } from "./state-spectrum.js";
export { type RatePair, type TransformModes, type TransformModesRequest, transformModes } from "./transform-modes.js";
