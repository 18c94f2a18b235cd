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
  /** it was begun elsewhere: an interrupt ends the following, not the run */
  readonly attached: boolean;
}

/** How far a piece of work in this process is: a tuning, a study, an analysis. */
export interface WorkProgress {
  readonly done: number;
  /** null when nobody knows */
  readonly of: number | null;
  /** metric of what was done last, null when it failed; absent where work has no metric */
  readonly value?: number | null | undefined;
  /** the best so far, and what it belongs to */
  readonly best?: { readonly value: number; readonly text: string } | null | undefined;
}

/** Follows one piece of work in this process. */
export interface WorkFollower {
  readonly onProgress: (progress: WorkProgress) => void;
  /** when it is aborted the work stops at its next pause */
  readonly signal: StopSignal;
  /** the work has come to its end, and what is to be said of it; null when it failed or was stopped */
  end(text: string | null): void;
}

/** Who follows work that its caller does not listen to. */
export interface Followers {
  readonly run: (run: FollowedRun) => RunFollower;
  readonly work: (name: string) => WorkFollower;
}

let followers: Followers | null = null;

/** From now on trainings whose caller gives no `onEvent`, and other long work, are followed, as a notebook does to show them live. */
export function followAll(given: Followers): void {
  followers = given;
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
  if (followers === null || given.onEvent !== undefined) return work(given);
  const { onEvent, signal, end } = followers.run(run);
  let done: Run | null = null;
  try {
    done = await work({ onEvent, signal: given.signal ?? signal });
    return done;
  } finally {
    end(done);
  }
}

/**
 * Does a piece of work in this process with the follower of all, unless the caller listens himself.
 *
 * @param name     what is being done
 * @param options  of the caller
 * @param work     gets the signal to heed, and whom to tell; nobody when nobody follows
 */
export async function followedWork<T extends { describe(): string }>(
  name: string,
  { signal: given, listens }: { readonly signal?: StopSignal | undefined; readonly listens: boolean },
  work: (signal: StopSignal | undefined, tell: (progress: WorkProgress) => void) => Promise<T>,
): Promise<T> {
  if (followers === null || listens) return work(given, () => {});
  const { onProgress, signal, end } = followers.work(name);
  let text: string | null = null;
  try {
    const done = await work(given ?? signal, onProgress);
    text = done.describe().split("\n")[0];
    return done;
  } finally {
    end(text);
  }
}
