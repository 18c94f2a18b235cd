import type { BackendName, Binding, Dtype } from "../../numerics/engine/index.js";
import {
  type AcceptedStep,
  type AdaptiveSolution,
  denseWeights,
  newWeights,
  solveAdaptive,
} from "../../numerics/ode/adaptive.js";
import type { Tableau } from "../../numerics/ode/tableaus.js";
import type { Batch } from "../data/batch.js";
import { adaptiveGraphs, CHAIN } from "./adaptive-step.js";
import { BoundPrograms, type Pass } from "./bound-programs.js";
import { edgeTrack } from "./graphs/edge-track.js";
import type { Model } from "./model.js";
import type { Weights } from "./parameters.js";
import { ResidualStore } from "./residual-store.js";
import { type OdeArgs, type OdeMethod, solvers } from "./solver.js";
import { stageControl } from "./stage-control.js";

/**
 * Latent rollouts of a continuous model with a solver that chooses its steps, for batches of B rows: one step size for all rows.
 * The accept-or-reject loop runs outside the graphs; one compiled step and its vector-Jacobian product do the arithmetic.
 * The gradient is that of the discrete steps taken (discretise, then differentiate), step sizes held fixed.
 */
export interface AdaptiveRollout {
  /**
   * latent states at the batch's times, shape [T, B, z], with the steps taken; `goesBack` keeps what `backward` needs of them, up
   * to 128 MiB, so that it need not make the stages again. Default false.
   */
  forward(weights: Weights, batch: Batch, goesBack?: boolean): { z: Float64Array; solution: AdaptiveSolution };
  /** adds to `gradient` the derivatives by the weights for a cotangent of `z` */
  backward(
    weights: Weights,
    batch: Batch,
    solution: AdaptiveSolution,
    cotangent: Float64Array,
    gradient: Record<string, Float64Array>,
  ): void;
}

/** Bytes of residuals kept from the way there. */
const KEPT = 128 * 1024 * 1024;

export function adaptiveRollout(
  model: Model,
  B: number,
  ode: { method: OdeMethod; args: OdeArgs },
  engine: { backend: BackendName; dtype: Dtype },
): AdaptiveRollout {
  const tableau: Tableau = solvers[ode.method];
  const { dims, parameters } = model;
  const size = B * dims.z;
  const graphs = adaptiveGraphs(model, B, tableau);
  const programs = new BoundPrograms(engine);
  const control = stageControl(model, B);
  const edges = edgeTrack(model);
  const store = new ResidualStore(KEPT);
  /** the solution whose residuals are in the store */
  let kept: AdaptiveSolution | null = null;

  /** times of the stages in a step, without and with those of the dense output */
  const times = [tableau.c, [...tableau.c, ...(tableau.extra?.c ?? [])]];
  const isDense = (wanted: boolean): boolean => wanted && tableau.extra !== undefined;
  const timesOf = (dense: boolean): readonly number[] => times[dense ? 1 : 0];

  const passOf = (weights: Weights, batch: Batch): Pass =>
    programs.pass(dims.p > 0 && batch.p !== null ? { ...weights, p: batch.p } : weights);
  const startFrom = (binding: Binding, batch: Batch): void => {
    binding.input("x0").set(batch.x.subarray(0, B * dims.x));
    if (batch.u !== null && dims.u > 0) binding.input("u0").set(batch.u.subarray(0, B * dims.u));
    if (edges !== null) binding.input("g0").set(edges.at(batch, batch.grid[0]));
    binding.run();
  };
  const rateAt = (pass: Pass, batch: Batch, t: number, z: Float64Array): Float64Array => {
    const binding = pass("rate", graphs.rate);
    binding.input("z").set(z);
    if (control !== null) binding.input("u").set(control.at(batch, t));
    if (edges !== null) binding.input("g").set(edges.at(batch, t));
    binding.run();
    return new Float64Array(binding.outputs.k);
  };
  /** runs a step, with residuals where they are wanted */
  const takeStep = (
    pass: Pass,
    batch: Batch,
    { t, h, y, k0, dense }: Pick<AcceptedStep, "t" | "h" | "y" | "k0" | "dense">,
    residuals: boolean,
  ): Binding["outputs"] => {
    const binding = residuals
      ? pass(dense ? "denseForward" : "stepForward", () => graphs.stepForward(dense))
      : pass(dense ? "dense" : "step", () => graphs.step(dense));
    binding.input("z").set(y);
    binding.input("k0").set(k0);
    binding.input("h")[0] = h;
    if (control !== null) binding.input("u").set(control.along(batch, timesOf(dense), t, h));
    if (edges !== null) binding.input("g").set(edges.at(batch, t));
    binding.run();
    return binding.outputs;
  };

  return {
    forward(weights, batch, goesBack = false) {
      const pass = passOf(weights, batch);
      const start = pass("start", graphs.start);
      startFrom(start, batch);
      store.clear();
      let residuals: Binding["outputs"][string] | undefined;
      const solution = solveAdaptive({
        tableau,
        y0: new Float64Array(start.outputs.z),
        grid: batch.grid,
        rtol: ode.args.rtol,
        atol: ode.args.atol,
        maxSteps: ode.args.max_steps,
        breaks: merged(control?.breaks(batch) ?? [], edges?.breaks(batch) ?? []),
        jumps: control?.jumps === true || edges !== null,
        rate: (t, z) => rateAt(pass, batch, t, z),
        trial(t, h, y, k0, wanted) {
          const { y: next, k, residuals: made } = takeStep(pass, batch, { t, h, y, k0, dense: isDense(wanted) }, goesBack);
          residuals = made;
          return { y: next, k };
        },
        accepted() {
          if (residuals !== undefined) store.push(residuals);
        },
      });
      kept = goesBack ? solution : null;
      return { z: solution.values, solution };
    },

    backward(weights, batch, solution, cotangent, gradient) {
      const pass = passOf(weights, batch);
      const { steps } = solution;
      const addGradients = ({ outputs }: Binding): void => {
        for (const { name } of parameters) add(gradient[name], outputs[`grad:${name}`]);
      };
      /** cotangents of the outputs in steps [first, first + count), laid out as the way back of these steps takes them */
      const place = (binding: Binding, first: number, count: number): void => {
        const [ends, inside, stages] = ["ends", "inside", "stages"].map((name) => binding.input(name).fill(0));
        for (let row = 0; row < count; row++) {
          const { h, outputs } = steps[first + row];
          for (const { index, theta } of outputs) {
            const given = cotangent.subarray(index * size, (index + 1) * size);
            if (theta === 1) addScaled(ends, row * size, 1, given);
            else {
              addScaled(inside, row * size, 1, given);
              const weights = denseWeights(tableau, theta, dense);
              const at = (row * stages.length) / count;
              for (let i = 0; i < weights.length; i++) addScaled(stages, at + i * size, h * weights[i], given);
            }
          }
        }
      };
      const dense = newWeights(tableau);
      const z = new Float64Array(size);
      const k0 = new Float64Array(size);

      for (let end = steps.length; end > 0; ) {
        const count = chainBefore(steps, end, isDense) === CHAIN ? CHAIN : 1;
        const first = end - count;
        const { dense: full } = steps[first];
        const inner = isDense(full);
        const binding = pass(`${inner ? "denseBack" : "stepBack"}:${count}`, () => graphs.stepsBack(inner, count));
        place(binding, first, count);
        binding.input("cot:z").set(z);
        binding.input("cot:k0").set(k0);
        const h = binding.input("h");
        for (let row = 0; row < count; row++) h[row] = steps[first + row].h;
        if (control !== null) {
          const u = binding.input("u");
          for (let row = 0; row < count; row++) {
            const step = steps[first + row];
            u.set(control.along(batch, timesOf(inner), step.t, step.h), (row * u.length) / count);
          }
        }
        if (edges !== null) {
          const g = binding.input("g");
          for (let row = 0; row < count; row++) g.set(edges.at(batch, steps[first + row].t), (row * g.length) / count);
        }
        const residuals = binding.input("residuals");
        const known = kept === solution ? store.rows(first, count) : null;
        if (known !== null) residuals.set(known);
        else {
          for (let row = 0; row < count; row++) {
            const made = takeStep(pass, batch, { ...steps[first + row], dense: inner }, true).residuals;
            residuals.set(made, row * made.length);
          }
        }
        binding.run();
        addGradients(binding);
        z.set(binding.outputs["grad:z"]);
        k0.set(binding.outputs["grad:k0"]);
        end = first;
        const { t, y, fresh } = steps[first];
        if (!fresh) continue;
        // the first stage is a rate of its own: its cotangent ends here
        const rate = pass("rateBack", graphs.rateBack);
        rate.input("z").set(y);
        if (control !== null) rate.input("u").set(control.at(batch, t));
        if (edges !== null) rate.input("g").set(edges.at(batch, t));
        rate.input("cot:k").set(k0);
        rate.run();
        addGradients(rate);
        addScaled(z, 0, 1, rate.outputs["grad:z"]);
        k0.fill(0);
      }
      addScaled(z, 0, 1, cotangent.subarray(0, size));
      const start = pass("startBack", graphs.startBack);
      start.input("cot:z").set(z);
      startFrom(start, batch);
      addGradients(start);
    },
  };
}

/** How many steps before `end`, at most CHAIN, are alike and follow each other without asking for a rate anew. */
function chainBefore(steps: readonly AcceptedStep[], end: number, isDense: (wanted: boolean) => boolean): number {
  let count = 1;
  while (count < CHAIN && count < end) {
    const [before, after] = [steps[end - count - 1], steps[end - count]];
    if (after.fresh || isDense(before.dense) !== isDense(after.dense)) break;
    count++;
  }
  return count;
}

/** Times of both lists, in order, each once. */
function merged(a: ArrayLike<number>, b: ArrayLike<number>): readonly number[] {
  return [...new Set([...Array.from(a), ...Array.from(b)])].sort((s, t) => s - t);
}

function add(into: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < into.length; i++) into[i] += values[i];
}

function addScaled(into: Float64Array | Float32Array, at: number, scale: number, values: ArrayLike<number>): void {
  if (scale === 0) return;
  for (let i = 0; i < values.length; i++) into[at + i] += scale * values[i];
}
