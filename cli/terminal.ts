/** Where a command writes: answers on stdout, everything else on stderr. `main.ts` writes on the process's own, tests into strings. */
export interface Terminal {
  readonly json: boolean;
  /** stderr is a terminal whose line can be rewritten */
  readonly interactive: boolean;
  readonly columns: number;
  out(text: string): void;
  err(text: string): void;
}

/** What a command answers: text for people, one document for programs, and the exit status. */
export interface Answer {
  readonly text: string;
  readonly data: unknown;
  readonly exit?: number;
}
