import { DymadError } from "../../../errors.js";
import { embedDelay } from "../../transforms/delay.js";
import type { Snapshots } from "./snapshots.js";

/**
 * Windows of d + 1 samples instead of samples; trajectories too short for one are left out.
 *
 * @throws  E_SPEC when the delay is not a whole number; E_SHAPE when every trajectory is too short
 */
export function delayWindows({ trajectories, dt }: Snapshots, delay: number): Snapshots {
  if (!(Number.isInteger(delay) && delay >= 0)) {
    throw new DymadError("E_SPEC", `a delay is a whole number of samples, got ${delay}`, { path: ["delay"] });
  }
  const long = trajectories.filter(({ rows }) => rows > delay);
  if (long.length === 0) {
    const longest = trajectories.reduce((most, { rows }) => Math.max(most, rows), 0);
    throw new DymadError("E_SHAPE", `delay ${delay} needs over ${delay} samples in a trajectory, the longest has ${longest}`, {
      path: ["delay"],
      hint: "shorten the delay, or give longer trajectories",
    });
  }
  return { trajectories: long.map((x) => embedDelay(x, delay)), dt };
}
