/** Where a command writes: answers on stdout, everything else on stderr. `main.ts` gives the real one, tests give their own. */
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
