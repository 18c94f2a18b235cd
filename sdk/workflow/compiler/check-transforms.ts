import { denoiseTransform } from "../../dynamics/transforms/denoise.js";
import { factorsOf } from "../../dynamics/transforms/lift-features.js";
import { liftedByFunctions } from "../../dynamics/transforms/lift-functions.js";
import type {
  DiffusionStage,
  IsomapStage,
  SvdStage,
  TransformStage,
  VariableBandwidthStage,
} from "../../dynamics/transforms/spec.js";
import { DymadError, issuesUnder } from "../../errors.js";
import { axisProblems } from "../../numerics/kernels/periodic-axes.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { Truncation } from "../../numerics/linalg/rank.js";
import type { CompiledData } from "./compiled.js";
import { type ChainShape, chainShapes } from "./dimensions.js";
import { type IssueList, type Path, report } from "./shape.js";

/** What a chain makes of the columns of its field, and what cannot work whatever the values are. */
export function checkChain(
  stages: readonly TransformStage[] | null,
  width: number | null,
  train: CompiledData | null,
  path: Path,
  list: IssueList,
): ChainShape {
  if (stages === null || width === null) return { width: null, delay: 0 };
  const shapes = chainShapes(width, stages);
  const delays = stages.flatMap((stage, i) => (stage.type === "delay" ? [i] : []));
  if (delays.length > 1) {
    const hint = `write one delay of ${shapes.at(-1)?.delay} samples`;
    report(list, [...path, delays[1]], "a chain has room for one delay", hint, "E_UNSUPPORTED");
  }
  stages.forEach((stage, i) => {
    const before = i === 0 ? { width, delay: 0 } : shapes[i - 1];
    checkStage(stage, before, train, stages.length > 1 ? [...path, i] : path, list);
  });
  return shapes.at(-1) ?? { width, delay: 0 };
}

/** Parameters hold for a whole trajectory, and edges are rows of their own: nothing goes along their time. */
export function checkTimeless(
  key: "transform_p" | "transform_ew" | "transform_ea",
  stages: readonly TransformStage[] | null,
  list: IssueList,
): void {
  stages?.forEach(({ type }, i) => {
    if (type !== "delay" && type !== "denoise") return;
    const path = ["overrides", key, ...(stages.length > 1 ? [i] : [])];
    const what = key === "transform_p" ? "parameters" : "edges";
    report(list, path, `${type} goes along time, and ${what} have none`, `leave it out of ${key}`);
  });
}

function checkStage(stage: TransformStage, before: ChainShape, train: CompiledData | null, path: Path, list: IssueList): void {
  switch (stage.type) {
    case "svd":
      checkSvd(stage, before.width, path, list);
      return;
    case "lift":
      if (before.width === null) return;
      if (typeof stage.fobs === "string") attempt(() => factorsOf(stage, before.width as number), path, list);
      else attempt(() => liftedByFunctions({ ...stage, inp: before.width as number, C: null }, null), path, list);
      return;
    case "kernel": {
      if (before.width !== null) list.issues.push(...issuesUnder([...path, "kernel"], axisProblems(stage.kernel, before.width)));
      const { samples, words } = landmarksOf(stage.landmarks, before, train);
      if (stage.count <= samples) return;
      report(list, [...path, "count"], `${stage.count} observables were asked of ${words}`, `write at most ${samples}`, "E_DATA");
      return;
    }
    case "denoise": {
      // zeros are smoothed as well as any values
      const samples = Math.max(0, (train?.shortest ?? 0) - before.delay);
      if (train === null || samples === 0 || before.width === null) return;
      attempt(() => denoiseTransform(before.width as number, stage, [new Matrix(samples, before.width as number)]), path, list);
      return;
    }
    case "dm":
    case "vbdm":
    case "isomap":
      checkManifold(stage, before, train, path, list);
      return;
    default:
  }
}

function checkSvd(stage: SvdStage, width: number | null, path: Path, list: IssueList): void {
  if (stage.solver !== "compressed") {
    checkTruncation(stage.order, width, [...path, "order"], list);
    return;
  }
  const { measurements } = stage;
  if (width !== null && measurements > width) {
    const message = `${measurements} measurements were asked of ${width} columns`;
    report(list, [...path, "measurements"], message, `write at most ${width}`, "E_SHAPE");
  } else checkTruncation(stage.order, measurements, [...path, "order"], list);
}

function checkTruncation(order: Truncation, width: number | null, path: Path, list: IssueList): void {
  if (typeof order === "number" && (order <= 0 || (order > 1 && !Number.isInteger(order)))) {
    const hint = order < 0 ? (Number.isInteger(order) ? `write { drop: ${-order} }` : "write optimal") : undefined;
    report(list, path, `must be a whole number of components, a fraction below 1, or full, got ${order}`, hint);
    return;
  }
  const named = typeof order === "number" && Number.isInteger(order) ? { count: order } : order;
  if (width === null || typeof named !== "object") return;
  if ("count" in named && named.count > width) {
    report(list, path, `${named.count} components were asked of ${width} columns`, `write at most ${width}`, "E_SHAPE");
  } else if ("drop" in named && named.drop >= width) {
    report(list, path, `dropping ${named.drop} of ${width} components leaves none`, `write drop below ${width}`, "E_SHAPE");
  }
}

function checkManifold(
  stage: DiffusionStage | VariableBandwidthStage | IsomapStage,
  before: ChainShape,
  train: CompiledData | null,
  path: Path,
  list: IssueList,
): void {
  const { edim, Knn, Kphi, order, inverse, landmarks } = stage;
  const { samples, words: of } = landmarksOf(landmarks, before, train);
  if (edim + 2 > samples)
    report(list, [...path, "edim"], `${edim} coordinates were asked of ${of}`, "give more samples", "E_DATA");
  if (Knn + 1 > samples) {
    report(
      list,
      [...path, "Knn"],
      `${Knn} neighbours were asked of ${of}`,
      `write at most ${Math.max(1, samples - 1)}`,
      "E_DATA",
    );
  }
  if (stage.type === "vbdm" && stage.Kb !== null && stage.Kb > Knn) {
    report(list, [...path, "Kb"], `${stage.Kb} exceeds Knn ${Knn}`, `write at most ${Knn}`);
  }
  if (order !== null && order > edim) {
    report(
      list,
      [...path, "order"],
      `a manifold of dimension ${order} does not fit into ${edim} coordinates`,
      `write at most ${edim}`,
    );
  } else if (inverse === "gmls") {
    const coefficients = binomial((order ?? 1) + Kphi, Kphi);
    if (coefficients <= Knn + 1) return;
    const message = `${Knn} neighbours are too few for polynomials of degree ${Kphi} in ${order ?? 1} dimensions, which have ${coefficients} coefficients`;
    report(list, [...path, "Knn"], message, `write ${coefficients - 1} or more, or a smaller Kphi`);
  }
}

/** So many samples a stage is fitted on, at most, and the same in words. */
function landmarksOf(
  most: number,
  before: ChainShape,
  train: CompiledData | null,
): { readonly samples: number; readonly words: string } {
  const all = train === null ? most : train.n_trajectories * Math.max(0, train.longest - before.delay);
  const samples = Math.min(all, most);
  return { samples, words: `${samples} samples${samples < all ? ` (landmarks of ${all})` : ""}` };
}

function binomial(n: number, k: number): number {
  let out = 1;
  for (let i = 1; i <= k; i++) out = (out * (n - k + i)) / i;
  return out;
}

/** What a stage would refuse when it is fitted, as issues of the request. */
function attempt(make: () => unknown, path: Path, list: IssueList): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    list.issues.push(...issuesUnder(path, error.issues));
  }
}
