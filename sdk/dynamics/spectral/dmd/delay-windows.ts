import { DymadError } from "../../../errors.js";
import { embedDelay } from "../../transforms/delay.js";
import type { Snapshots } from "./snapshots.js";

/**
 * Windows of d + 1 samples instead of samples; trajectories too short for one are left out.
 *
 * @throws  E_SPEC when the delay is not a whole number; E_SHAPE when no trajectory holds two windows
 */
export function delayWindows({ trajectories, dt }: Snapshots, delay: number): Snapshots {
  if (!(Number.isInteger(delay) && delay >= 0)) {
    throw new DymadError("E_SPEC", `a delay is a whole number of samples, got ${delay}`, { path: ["delay"] });
  }
  const longest = trajectories.reduce((most, { rows }) => Math.max(most, rows), 0);
  if (longest < delay + 2) {
    throw new DymadError(
      "E_SHAPE",
      `delay ${delay} needs a trajectory of ${delay + 2} samples, two windows; the longest has ${longest}`,
      { path: ["delay"], hint: "shorten the delay, or give longer trajectories" },
    );
  }
  const long = trajectories.filter(({ rows }) => rows > delay);
  return { trajectories: long.map((x) => embedDelay(x, delay)), dt };
}
