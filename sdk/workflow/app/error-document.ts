import { codes, DymadError } from "../../errors.js";
import type { LocatedData } from "./config-file.js";

/** What a door answers when something did not work: the outer fields repeat the first issue. */
export interface ErrorDocument {
  readonly ok: false;
  readonly error: {
    readonly code: string;
    readonly type: "DymadError";
    readonly title: string;
    readonly message: string;
    readonly path: readonly (string | number)[];
    readonly hint: string | null;
    readonly issues: readonly object[];
  };
}

export function errorDocument(error: DymadError): ErrorDocument {
  const { code, path, hint } = error.issues[0] ?? error;
  const locations = (error.data as LocatedData | undefined)?.locations;
  return {
    ok: false,
    error: {
      code,
      type: "DymadError",
      title: codes[code].title,
      message: error.message,
      path,
      hint: hint ?? null,
      issues: error.issues.map((issue, i) => ({
        code: issue.code,
        path: issue.path,
        message: issue.message,
        hint: issue.hint ?? null,
        ...(locations?.[i] ? { at: locations[i] } : {}),
      })),
    },
  };
}

/** Whatever was thrown, as an error with a code: what nobody foresaw is a defect. */
export function knownError(error: unknown): DymadError {
  if (error instanceof DymadError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DymadError("E_INTERNAL", message, { hint: "this is a defect of dymad; DYMAD_DEBUG=1 shows where", cause: error });
}
