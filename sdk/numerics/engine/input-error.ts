import { DymadError } from "../../errors.js";
import { sizeOf } from "./graph.js";

/** E_SHAPE for an input that a program has not. */
export function noInput(name: string, known: Iterable<string>): DymadError {
  const names = [...known];
  const there = names.length === 0 ? "there is none" : `there are ${names.join(", ")}`;
  return new DymadError("E_SHAPE", `no input "${name}"; ${there}`, {
    hint: "inputs have the names that the formula was traced with",
  });
}

/** E_BACKEND for a run before an input had its first values. */
export const neverGiven = (name: string): DymadError =>
  new DymadError("E_BACKEND", `input "${name}" was never given`, {
    hint: `hand in ${name} with the first run; later runs keep what they are not given`,
  });

/** Throws E_SHAPE unless an input's values are as many as its shape needs. */
export function checkLength(name: string, shape: readonly number[], length: number): void {
  const size = sizeOf(shape);
  if (length === size) return;
  throw new DymadError("E_SHAPE", `input "${name}" has ${length} values, its shape [${shape.join(", ")}] needs ${size}`, {
    hint: "values come flat, row after row; for another shape trace and compile the formula again",
  });
}
