import { DymadError } from "../../errors.js";

/** What the store keeps of each kind of object: the prefix of its handles, its folder, and the version of its layout. */
export const kinds = {
  dataset: { prefix: "ds", folder: "datasets", schema_version: 1 },
  checkpoint: { prefix: "chk", folder: "checkpoints", schema_version: 1 },
  training_run: { prefix: "run", folder: "training_runs", schema_version: 1 },
  compiled_training_request: { prefix: "trainreq", folder: "compiled_training_requests", schema_version: 1 },
  compiled_analysis_request: { prefix: "analysisreq", folder: "compiled_analysis_requests", schema_version: 1 },
  analysis: { prefix: "analysis", folder: "analyses", schema_version: 1 },
  evaluation: { prefix: "eval", folder: "evaluations", schema_version: 1 },
  prediction_request: { prefix: "pred", folder: "prediction_requests", schema_version: 1 },
  spectral_snapshot: { prefix: "specsnap", folder: "spectral_snapshots", schema_version: 1 },
} as const;

export type ObjectKind = keyof typeof kinds;

export const objectKinds = Object.keys(kinds) as ObjectKind[];

const shape = /^([a-z]+)_[a-z0-9]{6,}$/;

/**
 * The kind of object a handle names.
 *
 * @throws  E_SPEC when it is not a handle: a known prefix, an underscore, and at least six of a-z and 0-9
 */
export function kindOf(handle: string): ObjectKind {
  const prefix = shape.exec(handle)?.[1];
  const kind = objectKinds.find((name) => kinds[name].prefix === prefix);
  if (kind !== undefined) return kind;
  throw new DymadError("E_SPEC", `${JSON.stringify(handle)} is not a handle`, {
    hint: `a handle looks like run_3f9a0c12b7de; its prefix is one of ${objectKinds.map((name) => kinds[name].prefix).join(", ")}`,
  });
}

/** A new handle with 12 random hexadecimal digits. */
export function newHandle(kind: ObjectKind): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `${kinds[kind].prefix}_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
