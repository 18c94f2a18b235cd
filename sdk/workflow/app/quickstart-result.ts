/** One linear delay model tried on the selection window. */
export interface CandidateScore {
  readonly delay: number;
  readonly rank: number;
  /** ppm over the last ten training years */
  readonly rmse: number;
}

/** A row of spectrum.json. */
export interface SpectrumRow {
  readonly re: number;
  readonly im: number;
  /** cycles per year */
  readonly frequency: number;
  /** 1/year */
  readonly growth: number;
  readonly residual: number | null;
  /** null when the data confirm the eigenvalue */
  readonly flag: string | null;
}

export interface QuickstartResult {
  readonly run_dir: string;
  readonly report_path: string;
  /** ppm over the ten held-out years */
  readonly metrics: {
    readonly rmse: number;
    readonly rmse_linear: number;
    readonly rmse_baseline: number;
    readonly horizon_months: number;
  };
  readonly winner: "koopman" | "linear" | "baseline";
  readonly chosen: CandidateScore;
  readonly candidates: readonly CandidateScore[];
  readonly spectrum: readonly SpectrumRow[];
}
