/** How long a phase has waited for a better validation measurement. */
export interface Waited {
  /** least measurement of the phase and its horizon; null = none finite yet */
  readonly least: number | null;
  /** measurements since then */
  readonly waited: number;
}

export const notWaited: Waited = { least: null, waited: 0 };

/** Another measurement: it starts the wait again when it is the least so far. */
export function waitFor(state: Waited, value: number): Waited {
  return value < (state.least ?? Number.POSITIVE_INFINITY)
    ? { least: value, waited: 0 }
    : { least: state.least, waited: state.waited + 1 };
}
