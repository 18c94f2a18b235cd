import { type Diagnostic, diagnoseSpectrum } from "./diagnostic.js";
import type { Havok } from "./havok.js";

/** A kurtosis below this is that of normal numbers, 3, to within what a record of some hundred independent samples can tell. */
const intermittent = 3.5;
/** A simulation that misses by this share of the deviation follows nothing. */
const followed = 0.9;

/**
 * What to know of a HAVOK analysis before its numbers are believed.
 *
 * @param found   from havok
 * @param driven  relative error of the observable in the simulation driven by the measured push
 * @see           Brunton, Brunton, Proctor, Kaiser, Kutz 2017, "Chaos as an intermittently forced linear system", doi:10.1038/s41467-017-00030-8
 */
export function diagnoseHavok(found: Havok, driven: number): Diagnostic[] {
  const { spectrum, basis, delay, kurtosis, spanned, singularValues } = found;
  const r = basis.cols;
  const out = diagnoseSpectrum(spectrum, r, r).filter(({ code }) => code !== "few-samples");
  const unknowns = r + 1;
  if (spectrum.samples <= unknowns) {
    out.push({
      code: "few-samples",
      message: `${spectrum.samples} pairs of windows determine a step and a push of ${unknowns} numbers for each coordinate: every misfit vanishes by construction`,
      hint: "lower the rank or the delay, or give more samples",
    });
  }
  if (r > spanned) {
    const share = (singularValues[r - 1] / singularValues[0]).toPrecision(1);
    out.push({
      code: "no-push",
      message: `the windows span ${spanned} ${spanned === 1 ? "direction" : "directions"}; coordinate ${r} is rounding (${share} of the first) and pushes nothing`,
      hint: "the series is that of a linear system: dmd of its delays says all; or lengthen the delay",
    });
    return out;
  }
  if (kurtosis < intermittent) {
    out.push({
      code: "not-intermittent",
      message: `the push has a kurtosis of ${kurtosis.toFixed(2)}, normal numbers have 3: it does not come in bursts`,
      hint: "it may be noise (lower the rank, or give the series more smoothly), or the windows are too long (shorten the delay)",
    });
  }
  if (!(driven < followed)) {
    out.push({
      code: "not-followed",
      message: `pushed as measured, the linear system misses the series by ${Number.isFinite(driven) ? driven.toPrecision(2) : "any number of"} deviations`,
      hint: `the push does not explain the series: ${basis.rows > delay + 1 ? "name one column, or " : ""}try another rank or delay`,
    });
  }
  return out;
}
