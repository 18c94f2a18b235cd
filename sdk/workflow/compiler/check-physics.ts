import {
  constantNames,
  inputsOfPhysics,
  type PhysicsFunction,
  type PhysicsSource,
  storedPhysics,
} from "../../dynamics/models/physics.js";
import type { ModelSpec } from "../../dynamics/models/spec.js";
import { DymadError } from "../../errors.js";
import type { DataRole } from "../registry/request.js";
import type { CompiledData, CompileWarning } from "./compiled.js";
import type { CompletedRequest } from "./complete.js";
import type { GetPhysics } from "./facts.js";
import { type IssueList, type Path, quoted, report } from "./shape.js";

const path = ["overrides", "model", "physics"];

/**
 * The model with its known part written down as a graph for data of given widths: what a text names, formulas, or a graph that was
 * stored before.
 */
export function checkPhysics(
  model: ModelSpec,
  { physics, phases, transform_x, transform_u, transform_p }: CompletedRequest,
  widths: { readonly x: number; readonly u: number; readonly p: number },
  data: Readonly<Record<DataRole, CompiledData | null>>,
  getPhysics: GetPhysics | undefined,
  warnings: CompileWarning[],
  list: IssueList,
): ModelSpec {
  if (physics === null) return model;
  phases.forEach(({ phase, path: place }) => {
    if (phase.type !== "optimizer" || phase.trainer !== "Weak" || model.family !== "corr_dif" || model.encoder_layers > 0) return;
    const message = "the weak form takes every sample as a start, and with encoder_layers 0 the hidden states are 0 there";
    report(list, [...place, "trainer"], message, "train with NODE, or give the encoder a layer", "E_UNSUPPORTED");
  });
  for (const [key, what, stages] of [
    ["transform_x", "states", transform_x],
    ["transform_u", "controls", transform_u],
    ["transform_p", "parameters", transform_p],
  ] as const) {
    if (!stages?.some(({ type }) => type !== "identity")) continue;
    warnings.push({ path, message: `is given the transformed ${what}: write it in their coordinates, or leave ${key} out` });
  }
  const stored = told(list, () => {
    const source = typeof physics === "string" ? named(physics, getPhysics) : (physics as PhysicsSource);
    const f = model.residual_dimension ?? (model.family === "corr_alg" ? widths.x : 1);
    const h = model.family === "corr_dif" ? (model.latent_dimension ?? 1) : 0;
    return storedPhysics(source, { ...widths, f, h, constants: constantNames(model.physics_constants) });
  });
  if (stored === null) return model;
  const read = inputsOfPhysics(stored);
  const recorded = data.train?.parameter_dim;
  for (const role of ["valid", "test"] as const) {
    const other = data[role];
    if (other === null || !read.includes("p") || other.parameter_dim === recorded) continue;
    const message = `has ${other.parameter_dim} parameters, data.train has ${recorded}, and the physics reads them`;
    report(list, ["data", role], message, "use data with the same parameters", "E_SHAPE");
  }
  if (!read.includes("f")) warnings.push({ path, message: "makes no use of the correction f: there is nothing to learn in it" });
  return { ...model, physics: stored };
}

function named(reference: string, getPhysics: GetPhysics | undefined): PhysicsFunction {
  if (getPhysics !== undefined) return getPhysics(reference);
  throw new DymadError(
    "E_UNSUPPORTED",
    `${quoted(reference)} names a function, and code is read from config files and in scripts only`,
    {
      hint: 'write its formulas: physics: ["x2", "-9.81*sin(x1) + f1"]',
    },
  );
}

/** Runs a piece of work; what is wrong with the physics, or goes wrong in it, becomes issues of the request. */
function told<T>(list: IssueList, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DymadError)) {
      report(list, path, `fails when it is called: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
    for (const { code, path: row, message, hint } of error.issues) {
      const place: Path = code === "E_SPEC" ? [...path, ...row] : path;
      report(list, place, message, hint, code);
    }
    return null;
  }
}
