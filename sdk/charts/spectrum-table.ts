import { isFlagged, type SpectrumData } from "./spectrum.js";
import type { Cell, Column, Table } from "./table.js";

/** The spectrum as a table, most trustworthy first: one row per real eigenvalue or conjugate pair. */
export function spectrumTable(data: SpectrumData): Table {
  const { timeUnit = "t" } = data;
  const perTime = `1/${timeUnit}`;
  const perContinuousTime = data.timeDomain === "continuous" ? perTime : undefined;
  const columns: Column[] = [
    { title: "Re λ", unit: perContinuousTime },
    { title: "± Im λ", unit: perContinuousTime },
    { title: "frequency", unit: perTime, digits: 3 },
    { title: "growth rate", unit: perTime, digits: 3 },
    { title: "decay time", unit: timeUnit, digits: 3 },
    { title: "residual", digits: 3 },
    { title: "note" },
  ];
  const known = (residual: number | null | undefined): number => residual ?? Number.POSITIVE_INFINITY;
  const rows = data.eigenvalues
    .filter(({ im }) => im >= 0)
    .sort((a, b) => (known(a.residual) === known(b.residual) ? 0 : known(a.residual) - known(b.residual)))
    .map((value): Cell[] => {
      const { re, im, frequency, growth, residual, flag } = value;
      return [
        // What is left of a real part after rounding would take the whole column into exponents.
        Math.abs(re) < 1e-12 * Math.abs(im) ? 0 : re,
        im,
        frequency ?? null,
        growth ?? null,
        // slower than this is no decay but rounding
        typeof growth === "number" && growth < -1e-9 ? -1 / growth : null,
        residual ?? null,
        typeof flag === "string" ? flag : isFlagged(value) ? "flagged" : "",
      ];
    });
  return { columns, rows };
}
