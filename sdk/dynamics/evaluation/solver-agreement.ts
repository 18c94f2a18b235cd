import type { Dataset } from "../data/series.js";
import { isAdaptive, type OdeChoice, solvers } from "../models/solver.js";
import { spreadOf } from "./normalised.js";
import type { TrainedModel } from "./trained-model.js";
import { type ValidTime, validTime } from "./valid-time.js";

/** Trajectories that are rolled out a second time: enough for a median, few enough not to double the work. */
const COMPARED = 8;
/** Steps a fixed-step solver takes in place of one, so that its error falls by about a hundred: 100^(1/order), rounded up. */
const FINER: Readonly<Record<number, number>> = { 1: 100, 2: 10, 3: 5, 4: 4, 5: 3 };

/**
 * How long a forecast is that of the model's equations and not of their solver: the valid time of one solution against another
 * whose tolerance is a hundred times larger (adaptive solvers) or whose error is about a hundred times smaller (fixed steps).
 * A forecast of a chaotic system cannot be right for longer, however good the model is.
 *
 * @param threshold  normalised difference at which the solutions count as parted, in standard deviations of the data
 * @returns          median over the first eight trajectories; null for models that no solver rolls out
 */
export function solverAgreement(
  model: TrainedModel,
  data: Dataset,
  ode: OdeChoice = model.record.ode,
  threshold = 0.4,
): ValidTime | null {
  const { time_domain, predictor_type } = model.record.model;
  if (time_domain !== "continuous" || predictor_type === "exp") return null;
  const trajectories = data.trajectories.slice(0, COMPARED);
  const [one, other] = [ode, hundredfold(ode, data)].map((choice) => model.forecast(trajectories, choice));
  const pairs = trajectories.map(({ t }, i) => ({ t, prediction: other[i].x, truth: one[i].x }));
  return validTime(pairs, spreadOf(data), model.window, threshold);
}

function hundredfold({ method, args }: OdeChoice, { trajectories }: Dataset): OdeChoice {
  if (isAdaptive(method)) return { method, args: { ...args, rtol: 100 * args.rtol, atol: 100 * args.atol } };
  const [{ t }] = trajectories;
  const step = args.step_size ?? (t[t.length - 1] - t[0]) / (t.length - 1);
  return { method, args: { ...args, step_size: step / FINER[solvers[method].order] } };
}
