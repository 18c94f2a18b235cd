export { amplitudeChart } from "./amplitudes.js";
export { delayCoordinatesChart, type PlanePathData } from "./delay-coordinates.js";
export { type EigenfunctionData, type EigenfunctionPanel, eigenfunctionChart } from "./eigenfunctions.js";
export { type FieldPanel, type FieldsData, fieldsChart } from "./fields.js";
export { type ForcingData, forcingChart } from "./forcing.js";
export { type DistributionData, forcingDistributionChart } from "./forcing-distribution.js";
export { type Forecast, type ForecastData, type ForecastOptions, forecastChart } from "./forecast.js";
export { type HorizonData, type HorizonOptions, type HorizonSeries, horizonChart } from "./horizon.js";
export { type Candidate, type LeaderboardData, leaderboardChart, leaderboardTable } from "./leaderboard.js";
export { type LossData, type LossPhase, lossChart } from "./loss.js";
export { type MeasureData, measureChart } from "./measure.js";
export { type ModePanel, type ModesData, modesChart } from "./modes.js";
export { formatBytes, formatDuration, formatNumber, formatUncertain } from "./numbers.js";
export { type PseudospectrumData, type PseudospectrumOptions, pseudospectrumChart } from "./pseudospectrum.js";
export { renderReport } from "./report.js";
export type { DataFile, Headline, ReportData, RunFacts } from "./report-data.js";
export { type ResolventData, resolventChart } from "./resolvent.js";
export type { ChartSpec, Json, SpecPart } from "./spec.js";
export { type Eigenvalue, type FrequencyOptions, frequencyChart, type SpectrumData, spectrumChart } from "./spectrum.js";
export { spectrumTable } from "./spectrum-table.js";
export { renderSvg, type SvgOptions } from "./svg.js";
export {
  type Cell,
  type Column,
  csvTable,
  htmlTable,
  type Table,
  type TableOptions,
  textTable,
  type Uncertain,
} from "./table.js";
export { type ChartOptions, palette, type Role, type Surface } from "./theme.js";
export { type TrajectoryData, type TrajectoryOptions, trajectoryChart } from "./trajectory.js";
