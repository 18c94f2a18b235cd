import type { KernelMachineSpec, ManifoldSpec } from "../../dynamics/models/spec.js";
import type { KernelSpec, RidgeKind, ScalarKernel } from "../../numerics/kernels/spec.js";
import { kernelOptions, kernelTypes, scalarKernelTypes } from "../registry/kernel-options.js";
import { nearest } from "../registry/nearest.js";
import { type IssueList, isMapping, type Path, quoted, readShape, report } from "./shape.js";

/** Options of a kernel machine as the schema of its family leaves them: kernels still as they were written. */
export interface KernelMachineOptions {
  readonly kernel_dimension: number | null;
  readonly type: RidgeKind;
  readonly kernel: unknown;
  readonly ridge_init: number;
  readonly jitter: number;
  readonly landmarks: number | null;
  readonly random_features: number | null;
  readonly solver: KernelMachineSpec["solver"];
  readonly manifold?: ManifoldSpec;
}

/** The regression of a kernel machine with its kernels read; null when one has problems. */
export function readKernelMachine(options: KernelMachineOptions, path: Path, list: IssueList): KernelMachineSpec | null {
  const { kernel, manifold = null, kernel_dimension, type, ridge_init, jitter, landmarks, random_features, solver } = options;
  const written = Array.isArray(kernel) ? kernel : [kernel];
  const place = [...path, "kernel"];
  const read = written.map((one, i) =>
    readKernel(one, Array.isArray(kernel) ? [...place, i] : place, allowed[options.type], list),
  );
  if (!read.every((one) => one !== null)) return null;
  if (read.length > 1 && options.type !== "indep") {
    report(
      list,
      place,
      `is a list of ${read.length}, and type ${options.type} has one kernel`,
      "write type: indep, or one kernel",
    );
    return null;
  }
  const waves = random_features === null ? {} : { random_features };
  return { kernel_dimension, type, kernel: read, ridge_init, jitter, landmarks, ...waves, solver, manifold };
}

const allowed: Readonly<Record<RidgeKind, readonly KernelSpec["type"][]>> = {
  share: scalarKernelTypes,
  indep: scalarKernelTypes,
  opval: ["op_sep"],
  tangent: ["op_tan"],
};

/** A scalar kernel with its defaults; null when it has problems. */
export const readScalarKernel = (value: unknown, path: Path, list: IssueList): ScalarKernel | null =>
  readKernel(value, path, scalarKernelTypes, list) as ScalarKernel | null;

function readKernel(value: unknown, path: Path, types: readonly KernelSpec["type"][], list: IssueList): KernelSpec | null {
  if (!isMapping(value)) {
    report(list, path, `must be a mapping such as { type: ${types[0]} }, got ${quoted(value)}`);
    return null;
  }
  const type = types.find((one) => one === value.type);
  if (type === undefined) {
    const known = kernelTypes.some((one) => one === value.type);
    const close = typeof value.type === "string" && !known ? nearest(value.type, types) : null;
    const why = known ? `${String(value.type)} does not belong here` : `got ${quoted(value.type)}`;
    report(
      list,
      [...path, "type"],
      `must be one of ${types.join(", ")}: ${why}`,
      close === null ? undefined : `did you mean ${close}?`,
    );
    return null;
  }
  const kernel = readShape(kernelOptions[type], value, "kernel", path, list);
  if (kernel === null || !("kopts" in kernel)) return kernel;
  const kopts = kernel.kopts.map((one, i) => readKernel(one, [...path, "kopts", i], scalarKernelTypes, list));
  return kopts.every((one) => one !== null) ? ({ ...kernel, kopts } as KernelSpec) : null;
}
