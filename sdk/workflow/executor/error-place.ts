import { DymadError } from "../../errors.js";

type Path = readonly (string | number)[];

/** Does work whose errors name places of their own, and names them as places of the request. */
export function withPlaces<T>(work: () => T, place: (path: Path) => Path): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    throw DymadError.ofIssues(error.issues.map((issue) => ({ ...issue, path: place(issue.path) })));
  }
}

/** Errors about an option name its place in the request; those about the data have theirs. */
export const atParameters = <T>(work: () => T): T =>
  withPlaces(work, (path) => (path.length === 0 ? path : ["parameters", ...path]));
