import { DymadError } from "../../errors.js";
import type { StopSignal } from "./train.js";

/** Longest time that work in this process keeps it to itself, milliseconds. */
const turn = 50;

/** Gives others their turn when the last was some time ago: a display is sent, an interrupt is heard. */
export function breather(): () => Promise<void> {
  let last = Date.now();
  return async () => {
    if (Date.now() - last < turn) return;
    await new Promise((done) => setTimeout(done));
    last = Date.now();
  };
}

/** Who listens to work in this process, and who may stop it. */
export interface WorkListening<P> {
  readonly onProgress?: ((progress: P) => void) | undefined;
  /** when it is aborted, the work ends with E_CANCELLED */
  readonly signal?: StopSignal | undefined;
}

/**
 * Carries out work that pauses now and then.
 *
 * @throws  E_CANCELLED when the signal is aborted in a pause
 */
export async function workThrough<P, T>(work: Generator<P, T>, { onProgress, signal }: WorkListening<P>): Promise<T> {
  const breathe = breather();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    onProgress?.(step.value);
    await breathe();
    if (signal?.aborted) throw new DymadError("E_CANCELLED", "the work was stopped before its end", { hint: "begin it again" });
  }
}
