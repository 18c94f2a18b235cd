import type { PhysicsFunction } from "../../dynamics/models/physics.js";
import { DymadError } from "../../errors.js";
import { readPhysicsFile } from "../executor/physics-file.js";

/** Where a request names its physics. */
const path = ["overrides", "model", "physics"];

/**
 * The function that `overrides.model.physics` of a config file names; undefined when it names none. Only requests read from files of
 * this machine may name code.
 *
 * @param value  the config as it was read, unchecked
 * @param base   directory of the config file
 * @throws       E_NOT_FOUND, E_FORMAT, E_SPEC, E_UNSUPPORTED: why there is no such function
 */
export async function configPhysics(value: unknown, base: string): Promise<PhysicsFunction | undefined> {
  const named = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  );
  if (typeof named !== "string") return undefined;
  try {
    return await readPhysicsFile(named, base);
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    throw DymadError.ofIssues(error.issues.map((issue) => ({ ...issue, path })));
  }
}
