import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { forcedSystem } from "../../dynamics/spectral/forced-system.js";
import {
  type ForcedSystem,
  type FrequencyResponse,
  frequenciesAround,
  frequencyGains,
  frequencyResponse,
  gainPeaks,
} from "../../dynamics/spectral/frequency-response.js";
import type { LatentPairs } from "../../dynamics/spectral/model-spectrum.js";
import type { Retained } from "../../dynamics/spectral/retained.js";
import { statePatterns } from "../../dynamics/spectral/state-spectrum.js";
import { DymadError } from "../../errors.js";
import { ComplexMatrix } from "../../numerics/linalg/complex.js";
import type { Line, SpectralOptions } from "../registry/analysis-request.js";

/** Gains of the resolvent over frequencies, and what responds to what at some of them. */
export interface ResolventResponse {
  /** what forces: the columns of control as the model sees them, or each latent coordinate by itself */
  readonly forcing: "control" | "latent";
  /** rad per unit of t, shape [F] */
  readonly angularFrequencies: Float64Array;
  /** shape [F] */
  readonly gains: Float64Array;
  /** at the peaks, or at the frequencies that were asked for; shape [c] */
  readonly responses: readonly Pick<FrequencyResponse, "angularFrequency" | "gain">[];
  /** whether `responses` are at peaks */
  readonly atPeaks: boolean;
  /** strongest responses in latent coordinates, unit rows, shape [c, k] */
  readonly outputs: ComplexMatrix;
  /** the forcing that causes them, unit rows, shape [c, m], or [c, k] where latent coordinates are forced */
  readonly inputs: ComplexMatrix;
  /** responses in the states, shape [c, n]; null where the chain has no derivative */
  readonly stateOutputs: ComplexMatrix | null;
  /** forcing of latent coordinates in the states, shape [c, n]; null with control, or where the chain has no derivative */
  readonly stateInputs: ComplexMatrix | null;
}

type Wanted = NonNullable<SpectralOptions["resolvent"]>;

/** The resolvent that was asked for, of the part of the spectrum that is kept. `z`: where decoder and transforms are linearised. */
export function resolventResponse(
  model: TrainedModel,
  pairs: LatentPairs,
  retained: Retained,
  z: Float64Array,
  { frequencies, points, count, at }: Wanted,
  withStates: boolean,
): ResolventResponse {
  const system = forcedSystem(model, pairs, retained, z);
  const angularFrequencies =
    frequencies === null ? frequenciesAround(retained.spectrum.points, pairs.dt, points) : lineOf(frequencies);
  requireOwnFrequencies(system, angularFrequencies, ["frequencies"]);
  requireOwnFrequencies(system, Float64Array.from(at ?? []), ["at"]);
  const gains = frequencyGains(system, angularFrequencies);
  const places = at === null ? gainPeaks(system, angularFrequencies, gains, count) : Float64Array.from(at);
  const responses = Array.from(places, (w) => frequencyResponse(system, w));
  const lift = ComplexMatrix.fromReal(system.lift);
  const lifted = (columns: readonly ComplexMatrix[]): ComplexMatrix => lift.multiply(sideBySide(columns));
  const outputs = lifted(responses.map(({ output }) => output));
  const inputs = responses.map(({ input }) => input);
  const forced = system.B === null ? lifted(inputs) : sideBySide(inputs);
  return {
    forcing: system.B === null ? "latent" : "control",
    angularFrequencies,
    gains,
    responses: responses.map(({ angularFrequency, gain }) => ({ angularFrequency, gain })),
    atPeaks: at === null,
    outputs: outputs.transpose(),
    inputs: forced.transpose(),
    stateOutputs: withStates ? statePatterns(model, outputs, z) : null,
    stateInputs: withStates && system.B === null ? statePatterns(model, forced, z) : null,
  };
}

const lineOf = ([first, last, count]: Line): Float64Array =>
  Float64Array.from({ length: count }, (_, k) => first + ((last - first) * k) / (count - 1));

/** A discrete system answers to a frequency beyond half a turn in a step as to one below. */
function requireOwnFrequencies({ timeDomain, dt }: ForcedSystem, asked: Float64Array, path: readonly string[]): void {
  const nyquist = Math.PI / dt;
  const beyond = asked.find((w) => w > nyquist * (1 + 1e-9));
  if (timeDomain === "continuous" || beyond === undefined) return;
  throw new DymadError("E_SPEC", `a discrete model with step ${dt} knows no angular frequency of ${beyond}`, {
    path: ["resolvent", ...path],
    hint: `half a turn in a step is ${nyquist.toPrecision(6)} rad per unit of t: stay below`,
  });
}

/** Columns of equal height as one matrix. */
function sideBySide(columns: readonly ComplexMatrix[]): ComplexMatrix {
  const rows = columns[0].rows;
  const out = new ComplexMatrix(rows, columns.length);
  columns.forEach((column, j) => {
    for (let i = 0; i < rows; i++) out.set(i, j, column.get(i, 0));
  });
  return out;
}
