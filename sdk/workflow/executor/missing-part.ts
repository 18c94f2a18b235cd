import { DymadError, type ErrorCode } from "../../errors.js";

/** Parts of a spectral analysis that not every model has, in words. */
export const analysisParts = {
  state_modes: "modes in the states",
  eigenfunctions: "eigenfunctions on a plane",
  pseudospectrum: "pseudospectrum",
  measure: "spectral measure",
  resolvent: "resolvent",
  forecast: "forecast by the kept eigenvalues",
} as const;

export type AnalysisPart = keyof typeof analysisParts;

/** A part that a model does not have, and why. */
export interface MissingPart {
  readonly part: AnalysisPart;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * Does the work for a part. What this model cannot have is noted in `missing`, and gives null, so that everything else is still computed;
 * what is wrong with the request is an error as ever.
 */
export function orMissing<T>(part: AnalysisPart, missing: MissingPart[], work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DymadError) || (error.code !== "E_UNSUPPORTED" && error.code !== "E_NUMERIC")) throw error;
    const { code, message, hint } = error;
    missing.push({ part, code, message, hint });
    return null;
  }
}

/** A part that was asked for by itself. @throws as its computation did, when it is missing */
export function requirePart<T>(part: AnalysisPart, value: T | null, missing: readonly MissingPart[]): T {
  if (value !== null) return value;
  const why = missing.find((one) => one.part === part);
  if (why === undefined) throw new DymadError("E_INTERNAL", `there is no ${analysisParts[part]}, and no reason for it`);
  throw DymadError.ofIssues([{ path: [], ...why }]);
}
