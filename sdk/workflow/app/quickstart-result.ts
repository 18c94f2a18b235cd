/** One linear delay model tried on the last ten training years. */
export interface CandidateScore {
  readonly delay: number;
  readonly rank: number;
  /** RMSE of its free forecast of these years, ppm */
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
  readonly linear_run_dir: string;
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
  /** how the Koopman model is trained */
  readonly recipe: { readonly learning_rate: number; readonly horizon: number };
  readonly selection: {
    /** candidates compared on the last ten training years */
    readonly linear: number;
    readonly koopman: number;
    /** how often each of the forecasts was compared with the held-out years */
    readonly held_out_forecasts: number;
  };
  readonly candidates: readonly CandidateScore[];
  readonly spectrum: readonly SpectrumRow[];
}
