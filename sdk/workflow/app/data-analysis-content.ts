import { spectrumCaption } from "../../charts/captions.js";
import type { ChartSpec } from "../../charts/spec.js";
import type { Table } from "../../charts/table.js";
import type { ChartOptions } from "../../charts/theme.js";
import type { DataAnalysis } from "./analyze-data.js";
import { havokCaptions, havokCharts, havokLines, havokTables } from "./havok-content.js";
import { drawnSpectrum } from "./run-spectrum.js";
import {
  transformModesCaptions,
  transformModesCharts,
  transformModesLines,
  transformModesTable,
} from "./transform-modes-content.js";

/** An analysis of data in the forms that a door shows. */
export interface ToldAnalysis {
  /** a sentence each */
  readonly lines: readonly string[];
  /** by title, the first the most telling */
  readonly tables: Readonly<Record<string, Table>>;
  /** by name */
  readonly charts: (options?: ChartOptions) => Readonly<Record<string, ChartSpec>>;
  readonly captions: Readonly<Record<string, string>>;
}

/** What an analysis of data has to tell. */
export function tellDataAnalysis(analysis: DataAnalysis): ToldAnalysis {
  switch (analysis.workflow_key) {
    case "vortex_transform_modes": {
      const { result } = analysis;
      return {
        lines: transformModesLines(result),
        tables: { "Relative errors": transformModesTable(result) },
        charts: (options) => transformModesCharts(result, options),
        captions: transformModesCaptions,
      };
    }
    case "havok": {
      const { compiled, result } = analysis;
      return {
        lines: havokLines(compiled, result),
        tables: havokTables(result),
        charts: (options) => havokCharts(result, compiled.parameters.threshold, options),
        captions: { ...havokCaptions, spectrum: spectrumCaption(drawnSpectrum(result.spectrum, "continuous")) },
      };
    }
  }
}
