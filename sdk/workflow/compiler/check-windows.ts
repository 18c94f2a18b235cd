import type { ModelSpec } from "../../dynamics/models/spec.js";
import type { OptimizerPhase } from "../../dynamics/training/config.js";
import type { CompileWarning } from "./compiled.js";
import { type PhaseSurroundings, unevenSamples } from "./phase-surroundings.js";
import { type IssueList, type Path, report } from "./shape.js";

/** Windows of the weak form: they divide into panels of the quadrature, and fit into every trajectory. */
export function checkWeak(
  phase: OptimizerPhase,
  model: ModelSpec | null,
  path: Path,
  around: PhaseSurroundings,
  list: IssueList,
): void {
  const weak = phase.weak_form_params;
  if (weak === null) return;
  const place = [...path, "weak_form_params"];
  if ((weak.N - 1) % weak.ordint !== 0) {
    const message = `N - 1 must be divisible by ordint: got N ${weak.N} and ordint ${weak.ordint}`;
    report(list, [...place, "N"], message, `write N: ${Math.floor((weak.N - 1) / weak.ordint) * weak.ordint + weak.ordint + 1}`);
  }
  // A discrete model is held to residuals between neighbours, so N of them need one sample more.
  const needed = model?.time_domain === "discrete" ? weak.N + 1 : weak.N;
  for (const role of ["train", "valid"] as const) {
    const data = around.data[role];
    if (data === null) continue;
    const samples = data.shortest - around.delay;
    if (samples < needed) {
      const delays = around.delay > 0 ? ` after a delay of ${around.delay}` : "";
      report(
        list,
        [...place, "N"],
        `windows need ${needed} samples, the shortest trajectory of ${partName(role, around)} has ${samples}${delays}`,
        `write N: ${Math.max(2, samples - (needed - weak.N))} or less`,
        "E_DATA",
      );
    }
    const stepCounts = model?.time_domain !== "discrete" || weak.discrete_weight_normalization === "none";
    if (data.dt === null && stepCounts) report(list, path, ...unevenSamples);
  }
}

const partName = (role: "train" | "valid", { inTime }: PhaseSurroundings): string =>
  inTime ? `the ${role === "train" ? "training" : "validation"} part` : `data.${role}`;

/** A rollout has a start and at least one sample to be compared with. */
export function checkRollout(path: Path, { data: { train }, delay }: PhaseSurroundings, list: IssueList): void {
  if (train === null || train.longest - delay >= 2) return;
  const delays = delay > 0 ? ` after a delay of ${delay}` : "";
  const message = `rollouts need 2 samples, the longest trajectory of data.train has ${train.longest - delay}${delays}`;
  report(list, path, message, "use longer trajectories", "E_DATA");
}

/** The stride of windows. */
export function checkStride({ trainer, chop_step }: OptimizerPhase, path: Path, list: IssueList): void {
  if (trainer !== "NODE" || chop_step <= 1 || Number.isInteger(chop_step)) return;
  report(
    list,
    [...path, "chop_step"],
    `must be a whole number of samples from 2 on, or a part of the window up to 1, got ${chop_step}`,
    `write ${Math.max(2, Math.round(chop_step))}`,
  );
}

/** Horizons that fit the data: windows that do not are refused, first samples are cut to what there is. */
export function clipHorizons(
  phase: OptimizerPhase,
  path: Path,
  around: PhaseSurroundings,
  warnings: CompileWarning[],
  list: IssueList,
): OptimizerPhase {
  const { train } = around.data;
  if (train === null || phase.trainer !== "NODE") return phase;
  const longest = train.longest - around.delay;
  const sweep_lengths = phase.sweep_lengths.map((length, i) => {
    if (length === null || length <= longest) return length;
    if (phase.chop_mode === "unfold") {
      const message = `windows of ${length} samples are longer than the longest trajectory of data.train, which has ${longest}`;
      report(list, [...path, "sweep_lengths", i], message, `write ${longest} or less, or chop_mode: initial`, "E_DATA");
      return length;
    }
    warnings.push({
      path: [...path, "sweep_lengths", i],
      message: `${length} samples are more than the data have; ${longest} are used`,
    });
    return longest;
  });
  return { ...phase, sweep_lengths };
}
