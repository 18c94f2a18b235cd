import { axisEncoding, extent, linearAxis } from "./axis.js";
import type { ChartSpec } from "./spec.js";
import { eigenvalueLayers, type FrequencyOptions, rateUnit, type SpectrumData } from "./spectrum.js";
import { palette, sizes, themed } from "./theme.js";

/**
 * How much of the state each mode carries, against its frequency: one stem per conjugate pair, its head coloured by the residual and hollow
 * where flagged, as in `spectrumChart`. Modes without a known amplitude (defective ones) are left out.
 */
export function amplitudeChart(data: SpectrumData, options: FrequencyOptions = {}): ChartSpec {
  const width = options.width ?? sizes.width;
  const height = options.height ?? sizes.height;
  const rows = data.eigenvalues.filter(
    ({ im, frequency, amplitude }) =>
      im >= 0 && Number.isFinite(frequency ?? Number.NaN) && Number.isFinite(amplitude ?? Number.NaN),
  );
  const [, highest] = extent(rows.map(({ frequency }) => frequency ?? 0)) ?? [0, 1];
  const [, most] = extent(rows.map(({ amplitude }) => amplitude ?? 0)) ?? [0, 1];
  const x = linearAxis(0, highest > 0 ? highest * 1.06 : 1);
  const y = linearAxis(0, most > 0 ? most * 1.08 : 1);
  const encoding = {
    x: {
      field: "frequency",
      ...axisEncoding({ ...x, domain: [-0.03 * x.domain[1], x.domain[1]] }, `frequency${rateUnit(data)}`),
    },
    y: { field: "amplitude", ...axisEncoding(y, "amplitude", { grid: true }) },
  };
  const stems = {
    data: { values: rows.map(({ frequency, amplitude }) => ({ frequency: frequency ?? 0, amplitude: amplitude ?? 0 })) },
    mark: { type: "rule", color: palette.grey, strokeWidth: 1 },
    encoding: { ...encoding, y2: { datum: 0 } },
  };
  const left = data.eigenvalues.filter(({ im }) => im >= 0).length - rows.length;
  const description = `Amplitude against frequency of ${rows.length} modes${left > 0 ? `; ${left} without a known amplitude are not drawn` : ""}.`;
  return themed(
    description,
    { width, height, layer: [stems, ...eigenvalueLayers({ ...data, eigenvalues: rows }, encoding, options)] },
    options,
  );
}
