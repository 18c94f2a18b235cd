import { hasKernel } from "../../dynamics/models/composition.js";
import { modelDims } from "../../dynamics/models/sizes.js";
import type { KernelMachineSpec, ModelSpec } from "../../dynamics/models/spec.js";
import { issuesUnder } from "../../errors.js";
import { axisProblems } from "../../numerics/kernels/periodic-axes.js";
import type { CompileWarning } from "./compiled.js";
import type { CompletedRequest } from "./complete.js";
import type { DataWidths } from "./phase-surroundings.js";
import { type IssueList, report } from "./shape.js";

/** Bytes that a kernel matrix may take, and from where on a request is told of them. */
const most = 2 ** 31;
const worthTelling = 2 ** 28;

const model = (...keys: string[]): string[] => ["overrides", "model", ...keys];

/**
 * A kernel machine against the rest of its request: what it computes in, how large its matrix becomes, and what its kernels need.
 *
 * @param samples  samples, or pairs of them, that it is fitted to, of every node: fewer where they repeat
 */
export function checkKernels(
  completed: Pick<CompletedRequest, "rest" | "phases">,
  spec: ModelSpec,
  widths: DataWidths,
  samples: number,
  warnings: CompileWarning[],
  list: IssueList,
): void {
  if (!hasKernel(spec) || spec.kernel === undefined) return;
  const { kernel: machine } = spec;
  if (completed.rest?.dtype === "float32") {
    const message = "kernel machines compute in float64: their coefficients cancel to many digits";
    report(list, ["overrides", "data", "double_precision"], message, "leave it out, or write true", "E_UNSUPPORTED");
  }
  const { z, s } = modelDims(spec, widths);
  if (machine.type === "indep" && machine.kernel.length > 1 && machine.kernel.length !== z) {
    report(
      list,
      model("kernel"),
      `is a list of ${machine.kernel.length} for ${z} latent coordinates`,
      "write one kernel, or one for each",
      "E_SHAPE",
    );
  }
  machine.kernel.forEach((kernel, i) => {
    const place = model("kernel");
    list.issues.push(...issuesUnder(machine.kernel.length > 1 ? [...place, i] : place, axisProblems(kernel, s)));
  });
  const tangent = spec.family === "kmm";
  if (tangent !== (machine.type === "tangent")) {
    const hint = tangent ? "write type: tangent and kernel: { type: op_tan, kopts: [...] }" : "use kmm, which has a manifold";
    report(list, model("type"), `${machine.type} does not go with ${spec.family}`, hint, "E_UNSUPPORTED");
  }
  if (tangent && (machine.manifold?.d ?? 1) > z) {
    report(list, model("manifold", "d"), `must be at most ${z}, the latent coordinates`, undefined, "E_SHAPE");
  }
  checkSize(machine, z, samples, warnings, list);
  for (const { phase, path } of completed.phases) {
    if (!tangent || phase.type !== "optimizer" || phase.trainer === "Linear") continue;
    report(
      list,
      [...path, "trainer"],
      "kmm has no gradients: its steps look up neighbours",
      "write type: linear_solve",
      "E_UNSUPPORTED",
    );
  }
}

function checkSize(machine: KernelMachineSpec, z: number, samples: number, warnings: CompileWarning[], list: IssueList): void {
  const { landmarks, random_features = null, type, solver } = machine;
  if (random_features !== null) {
    const path = model("random_features");
    const { type: kernel } = machine.kernel[0];
    if (type !== "share" || kernel !== "sc_rbf") {
      const message = `stand for one sc_rbf of type share, not for ${kernel} of type ${type}`;
      report(list, path, message, "leave it out, or write type: share and kernel: { type: sc_rbf }", "E_UNSUPPORTED");
    } else if (landmarks !== null) {
      report(list, path, "and landmarks are two ways to the same", "write one of them");
    }
    return;
  }
  if (landmarks !== null) {
    if (landmarks <= samples) return;
    const message = `must be at most ${samples}, the samples there are, got ${landmarks}`;
    report(list, model("landmarks"), message, "leave it out to use all samples", "E_DATA");
    return;
  }
  const block =
    machine.kernel[0].type === "op_sep" && machine.kernel[0].kopts.length > 1
      ? z
      : type === "tangent"
        ? (machine.manifold?.d ?? 1)
        : 1;
  const rows = samples * block;
  const dense = solver === "dense_cholesky" || (solver === "auto" && rows * rows <= 16e6);
  const bytes = 8 * rows * rows;
  if (!dense) {
    const message = `${rows} rows (fewer where samples repeat) are solved by conjugate gradients, which converge slowly for a small ridge; landmarks: 500 is fast`;
    warnings.push({ path: model("solver"), message });
  } else if (bytes > most) {
    const message = `dense_cholesky needs a matrix of ${rows} x ${rows}, ${Math.ceil(bytes / 1e6)} MB; allowed are ${Math.ceil(most / 1e6)}`;
    report(list, model("solver"), message, "write landmarks: 500, or use fewer samples", "E_UNSUPPORTED");
  } else if (bytes > worthTelling) {
    warnings.push({
      path: model("kernel"),
      message: `the kernel matrix of ${rows} x ${rows} takes ${Math.ceil(bytes / 1e6)} MB`,
    });
  }
}
