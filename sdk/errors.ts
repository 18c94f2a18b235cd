/**
 * The table of error codes. A code never changes its meaning; `exit` is the exit status a
 * command line gives it (0 ok, 1 failed, 2 usage, 3 invalid request, 4 not found, 5 conflict, 6 cancelled).
 */
export const codes = {
  E_USAGE: { exit: 2, title: "the command was typed wrongly" },
  E_SPEC: { exit: 3, title: "the request is not valid" },
  E_SHAPE: { exit: 3, title: "array shapes do not fit together" },
  E_DATA: { exit: 3, title: "the data cannot be used as they are" },
  E_FORMAT: { exit: 3, title: "a file is not in the format it claims" },
  E_BACKEND: { exit: 3, title: "the compute engine cannot do this" },
  E_UNSUPPORTED: { exit: 3, title: "this combination is not supported" },
  E_WRITE: { exit: 3, title: "a place cannot be written" },
  E_NOT_FOUND: { exit: 4, title: "something named does not exist" },
  E_CONFLICT: { exit: 5, title: "something already exists or has changed" },
  E_CANCELLED: { exit: 6, title: "the work was cancelled or timed out" },
  E_DIVERGED: { exit: 1, title: "the training diverged" },
  E_NUMERIC: { exit: 1, title: "a numerical procedure failed" },
  E_WORKER: { exit: 1, title: "the process that worked on a run disappeared" },
  E_INTERNAL: { exit: 1, title: "a defect of dymad" },
} as const;

export type ErrorCode = keyof typeof codes;

/** One thing that is wrong: where (`path`), what (`message`), and what to do about it (`hint`). */
export interface Issue {
  readonly code: ErrorCode;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface DymadErrorOptions {
  readonly path?: readonly (string | number)[];
  readonly hint?: string;
  readonly issues?: readonly Issue[];
  readonly data?: unknown;
  readonly cause?: unknown;
}

/**
 * The one error class of dymad. The message says what was wrong with which value; `hint` says what to do.
 * A request with several problems carries them all in `issues` (the outer fields repeat the first).
 */
export class DymadError extends Error {
  readonly code: ErrorCode;
  readonly path: readonly (string | number)[];
  readonly hint: string | undefined;
  readonly issues: readonly Issue[];
  readonly data: unknown;

  constructor(code: ErrorCode, message: string, options: DymadErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "DymadError";
    this.code = code;
    this.path = options.path ?? [];
    this.hint = options.hint;
    this.data = options.data;
    this.issues = options.issues ?? [{ code, path: this.path, message, hint: options.hint }];
  }

  /** An error that carries every problem found, so that all can be mended in one turn. */
  static ofIssues(issues: readonly Issue[]): DymadError {
    const first = issues[0];
    if (first === undefined) throw new DymadError("E_INTERNAL", "an error was raised without a single issue");
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
    const options: DymadErrorOptions = { path: first.path, issues };
    return new DymadError(
      first.code,
      first.message + more,
      first.hint === undefined ? options : { ...options, hint: first.hint },
    );
  }
}

/** Issues of a part of something, at their places in the whole; `path`: where the part is. */
export const issuesUnder = (path: readonly (string | number)[], issues: readonly Issue[]): Issue[] =>
  issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));

/** A place in a request as people write it: `overrides.phases[1].n_epochs`. */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
}
