import type { StopSignal } from "../workflow/app/train.js";
import type { RunEvent } from "../workflow/executor/run-event.js";
import type { Run } from "./run.js";

/** Follows one training that nobody else listens to. */
export interface RunFollower {
  readonly onEvent: (event: RunEvent) => void;
  /** when it is aborted the run is cancelled and keeps its best model */
  readonly signal: StopSignal;
  /** the run has come to its end, or could not be followed to it (null) */
  end(run: Run | null): void;
}

/** What a follower is told of a run before it begins. */
export interface FollowedRun {
  readonly name: string;
  readonly directory: string;
}

let follower: ((run: FollowedRun) => RunFollower) | null = null;

/** From now on trainings whose caller gives no `onEvent` are followed, as a notebook does to show them live. */
export function followRuns(follow: (run: FollowedRun) => RunFollower): void {
  follower = follow;
}

/**
 * Does a piece of training with the listener that was given, or with the one that follows all.
 *
 * @param given  what the caller has said
 * @param work   trains, and gives the run at its end
 */
export async function followed(
  run: FollowedRun,
  given: { readonly onEvent?: ((event: RunEvent) => void) | undefined; readonly signal?: StopSignal | undefined },
  work: (listening: { onEvent?: ((event: RunEvent) => void) | undefined; signal?: StopSignal | undefined }) => Promise<Run>,
): Promise<Run> {
  if (follower === null || given.onEvent !== undefined) return work(given);
  const { onEvent, signal, end } = follower(run);
  let done: Run | null = null;
  try {
    done = await work({ onEvent, signal: given.signal ?? signal });
    return done;
  } finally {
    end(done);
  }
}
