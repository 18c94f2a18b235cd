import { DymadError, type Issue, issuesUnder } from "../../errors.js";
import type { KernelSpec } from "./spec.js";

/** What `periodic_axes` name that is not there, or that the metric does not read; paths are keys of the kernel. `width`: coordinates of the points. */
export function axisProblems(kernel: KernelSpec, width: number): Issue[] {
  if ("kopts" in kernel) {
    return kernel.kopts.flatMap((inner, i) => issuesUnder(["kopts", i], axisProblems(inner, width)));
  }
  if (kernel.type !== "sc_dm" || !kernel.periodic_axes) return [];
  const path = ["periodic_axes"];
  if (kernel.metric !== "periodic") {
    const hint = "write metric: periodic, or leave them out";
    return [{ code: "E_SPEC", path, message: "belong to metric periodic, and the metric is euclidean", hint }];
  }
  const range = width === 1 ? "the only one is 0" : `count from 0 to ${width - 1}`;
  return kernel.periodic_axes.flatMap((axis, i): Issue[] =>
    Number.isInteger(axis) && axis >= 0 && axis < width
      ? []
      : [{ code: "E_SHAPE", path: [...path, i], message: `there is no axis ${axis} among ${width}`, hint: range }],
  );
}

/**
 * @param place  of the kernel, for the paths of problems
 * @throws       E_SHAPE or E_SPEC with every problem
 */
export function requireAxes(kernel: KernelSpec, width: number, place: readonly string[] = []): void {
  const problems = issuesUnder(place, axisProblems(kernel, width));
  if (problems.length > 0) throw DymadError.ofIssues(problems);
}
