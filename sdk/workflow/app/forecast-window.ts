import { cutGraph } from "../../dynamics/data/graphs/graph.js";
import type { Trajectory } from "../../dynamics/data/series.js";
import { stepOf } from "../../dynamics/data/step.js";
import { DymadError } from "../../errors.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";

interface Ahead {
  /** samples a forecast starts from */
  readonly window: number;
  readonly steps: number;
  /** step of a discrete model, units of `t` */
  readonly dt: number | null;
  /** which trajectory, for messages */
  readonly index: number;
}

/** The trajectory as a forecast over its own times takes it: states up to the first window. */
export function fromStart(trajectory: Trajectory, window: number, index: number): Trajectory {
  if (knownRows(trajectory, index) < window) throw tooShort(index, window, knownRows(trajectory, index));
  requireFinite(trajectory.u, "control", index);
  return { ...trajectory, x: trajectory.x.slice(0, window) };
}

/**
 * The last window of a trajectory with `steps` times after it, which are those of the trajectory's rows without states as long as
 * there are enough of them, else a continuation of its regular grid.
 *
 * The last edges of a changing graph hold after it.
 *
 * @returns  t [window + steps], x [window, n], u [window + steps, m]
 */
export function ahead(trajectory: Trajectory, { window, steps, dt, index }: Ahead): Trajectory {
  const { t, x, u, graph } = trajectory;
  const known = knownRows(trajectory, index);
  if (known < window) throw tooShort(index, window, known);
  const later = t.length - known;
  if (u !== null && later < steps) {
    throw new DymadError(
      "E_DATA",
      `a forecast of ${steps} steps needs the control at the ${steps} samples after the last state of trajectory ${index}, there are ${later}`,
      { path: ["u", index], hint: "add rows with time and control and with empty states (NaN in npz), or ask for fewer steps" },
    );
  }
  const start = known - window;
  const end = known + steps;
  const times = later >= steps ? t.slice(start, end) : continued(t.subarray(0, known), { window, steps, dt, index });
  const control = u?.slice(start, end) ?? null;
  requireFinite(control, "control", index);
  const edges = graph === undefined ? {} : { graph: cutGraph(graph, start, end) };
  return { ...trajectory, t: times, x: x.slice(start, known), u: control, ...edges };
}

/** Times of the last window and of `steps` samples after it, at the step of the known ones. */
function continued(t: Float64Array, { window, steps, dt, index }: Ahead): Float64Array {
  const step = stepOf(t) ?? (t.length === 1 ? dt : null);
  if (step === null) {
    const why = t.length === 1 ? "has a single sample" : "is not sampled at a regular step";
    throw new DymadError("E_DATA", `trajectory ${index} ${why}: when its next samples are due is not known`, {
      path: ["t", index],
      hint: "add rows with the times to forecast and with empty states (NaN in npz)",
    });
  }
  const last = t.length - 1;
  return Float64Array.from({ length: window + steps }, (_, k) =>
    k < window ? t[last - window + 1 + k] : t[last] + (k - window + 1) * step,
  );
}

/** Rows before the states end; a gap among them is refused. */
function knownRows({ x }: Trajectory, index: number): number {
  let known = x.rows;
  while (known > 0 && x.row(known - 1).every(Number.isNaN)) known--;
  requireFinite(x.slice(0, known), "state", index);
  return known;
}

function requireFinite(values: Matrix | null, what: string, index: number): void {
  const at = values === null ? -1 : values.data.findIndex((value) => !Number.isFinite(value));
  if (values === null || at < 0) return;
  const row = Math.floor(at / values.cols);
  throw new DymadError("E_DATA", `a ${what} of trajectory ${index} is empty or not finite at row ${row}`, {
    path: [what === "state" ? "x" : "u", index, row],
    hint: what === "state" ? "only the last rows may have no states, and then none at all" : "give every control a value",
  });
}

function tooShort(index: number, window: number, known: number): DymadError {
  return new DymadError("E_SHAPE", `a forecast with this model starts from ${window} samples, trajectory ${index} has ${known}`, {
    path: ["x", index],
  });
}
