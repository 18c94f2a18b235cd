import { type ResolventData, resolventChart } from "../../charts/resolvent.js";
import type { ChartSpec } from "../../charts/spec.js";
import type { Cell, Table } from "../../charts/table.js";
import type { ChartOptions } from "../../charts/theme.js";
import type { Spectrum, SpectrumPoint } from "../../dynamics/spectral/spectrum.js";
import type { ShapedArray } from "../../formats/npy.js";
import { type ComplexMatrix, modulus } from "../../numerics/linalg/complex.js";
import type { ResolventResponse } from "../executor/resolvent-response.js";
import type { ResponseRecord } from "../facade/records.js";
import { complexArrays, finite, lineArray } from "./analysis-arrays.js";
import { drawnSpectrum } from "./run-spectrum.js";

/** A resolvent, the spectrum it belongs to, and the names of the states. */
export interface NamedResolvent extends ResolventResponse {
  readonly spectrum: Spectrum;
  readonly names: readonly string[];
}

/** Gains over frequencies with their peaks and the frequencies of eigenvalues. */
export function resolventPicture({ spectrum, ...response }: NamedResolvent, options: ChartOptions = {}): ChartSpec {
  const { forcing, angularFrequencies, gains, responses } = response;
  const point = spectrum.timeDomain === "continuous" ? "iω" : "exp(iωΔt)";
  const data: ResolventData = {
    ...drawnSpectrum(spectrum, "continuous"),
    angularFrequencies,
    gains,
    marks: responses,
    symbol: `gain |(${point} − A)⁻¹${forcing === "control" ? " B" : ""}|`,
  };
  return resolventChart(data, options);
}

/** The strongest responses, a row each: what moves most, and how far the eigenvalue nearest to the frequency can be believed. */
export function resolventTable(response: NamedResolvent): Table {
  const { responses, stateOutputs, outputs, names, spectrum } = response;
  const nearest = responses.map(({ angularFrequency }) => nearestPoint(spectrum.points, angularFrequency));
  const columns = [
    { title: "angular frequency", unit: "rad/t" },
    { title: "frequency", unit: "1/t" },
    { title: "gain" },
    { title: "moves most" },
    { title: "nearest eigenvalue's frequency", unit: "1/t" },
    { title: "its residual" },
  ];
  const rows = responses.map(({ angularFrequency, gain }, i): Cell[] => [
    angularFrequency,
    angularFrequency / (2 * Math.PI),
    Number.isFinite(gain) ? gain : "unbounded",
    stateOutputs === null ? `z${largestOf(outputs, i) + 1}` : names[largestOf(stateOutputs, i)],
    nearest[i]?.frequency ?? null,
    nearest[i] === undefined ? null : finite(nearest[i].residual),
  ]);
  return { columns, rows };
}

/** The responses as a record keeps them. */
export const responseRecords = (response: NamedResolvent): ResponseRecord[] =>
  response.responses.map(({ angularFrequency, gain }) => ({
    angular_frequency: angularFrequency,
    gain: finite(gain),
    nearest_residual: finite(nearestPoint(response.spectrum.points, angularFrequency)?.residual ?? Number.NaN),
  }));

/** Gains over frequencies [F], and of each response [c] its shapes in latent coordinates, states and control. */
export function resolventArrays(response: ResolventResponse): Record<string, ShapedArray> {
  const { angularFrequencies, gains, responses, outputs, inputs, stateOutputs, stateInputs } = response;
  const shapes = Object.entries({ outputs, inputs, state_outputs: stateOutputs, state_inputs: stateInputs });
  return {
    resolvent_frequencies: lineArray(angularFrequencies),
    resolvent_gains: lineArray(gains),
    response_frequencies: lineArray(Float64Array.from(responses, ({ angularFrequency }) => angularFrequency)),
    response_gains: lineArray(Float64Array.from(responses, ({ gain }) => gain)),
    ...Object.assign(
      {},
      ...shapes.map(([name, shape]) =>
        shape === null ? {} : complexArrays(`response_${name}`, shape, [shape.rows, shape.cols]),
      ),
    ),
  };
}

/** The eigenvalue nearest to i w. */
function nearestPoint(points: readonly SpectrumPoint[], w: number): SpectrumPoint | undefined {
  const distance = ({ growth, angularFrequency }: SpectrumPoint): number => modulus(growth, angularFrequency - w);
  let best: SpectrumPoint | undefined;
  for (const point of points) if (best === undefined || distance(point) < distance(best)) best = point;
  return best;
}

/** The column of row i with the largest modulus. */
function largestOf({ re, im, cols }: ComplexMatrix, i: number): number {
  const size = (j: number): number => modulus(re[i * cols + j], im[i * cols + j]);
  let best = 0;
  for (let j = 1; j < cols; j++) if (size(j) > size(best) * (1 + 1e-10)) best = j;
  return best;
}
