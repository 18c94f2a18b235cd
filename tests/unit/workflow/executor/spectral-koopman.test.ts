import { expect, test } from "vitest";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { loadModel, type TrainedModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { edmd } from "../../../../sdk/dynamics/spectral/dmd/edmd.js";
import { kernelDictionary } from "../../../../sdk/dynamics/spectral/dmd/kernel-dictionary.js";
import type { LinearSolvePhase } from "../../../../sdk/dynamics/training/config.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import type { TransformStage } from "../../../../sdk/dynamics/transforms/spec.js";
import { landmarksOf } from "../../../../sdk/numerics/kernels/landmarks.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { stackRows } from "../../../../sdk/numerics/linalg/qr.js";
import { compileAnalysis } from "../../../../sdk/workflow/compiler/compile-analysis.js";
import { runSpectralKoopman, type SpectralResult } from "../../../../sdk/workflow/executor/spectral-koopman.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { configOf } from "../../dynamics/_systems.js";

const solve: LinearSolvePhase = {
  type: "linear_solve",
  name: "solve",
  method: "full",
  params: null,
  kwargs: { order: 2, ridge: 0, coupling: "full", remove_one: true, deficient: "shortest" },
  reset_optimizer: true,
};

function decomposed(data: Dataset, transform_x: readonly TransformStage[] = []): TrainedModel {
  const config = configOf({ family: "dmd", time_domain: "discrete", predictor_type: "np" }, []);
  const { checkpoint } = train({
    config: { ...config, transform_x, phases: [solve] },
    train: data,
    valid: data,
    backend: "reference",
  });
  return loadModel(checkpoint, { backend: "reference" });
}

function analysed(model: TrainedModel, data: Dataset, parameters: object = {}): SpectralResult {
  const compiled = compileAnalysis({ parameters }, { checkpoint: "a", data: "b" });
  if (compiled.workflow_key !== "spectral_koopman") throw new Error("another analysis");
  const work = runSpectralKoopman(model, data, compiled.parameters);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Three series of states f(t + shift) at a step of 0.1. */
function series(f: (t: number) => number[], samples = 40): Dataset {
  const trajectories = [0, 1, 2].map((shift) => {
    const t = Float64Array.from({ length: samples }, (_, k) => 0.1 * k);
    return { t, x: Matrix.from(Array.from(t, (time) => f(time + shift))), u: null, y: null, p: null };
  });
  return { trajectories, names: { x: f(0).map((_, j) => `x${j + 1}`), u: [] } };
}
const turning = series((t) => [Math.cos(2 * t), Math.sin(2 * t)]);

test("a standing wave is told to hide half of its state, and to span one direction", () => {
  const wave = series((t) => [0.2, 0.9, 0.5].map((shape) => shape * Math.cos(3 * t)));
  const { diagnostics, spectrum } = analysed(decomposed(wave), wave);
  expect(diagnostics.map(({ code }) => code)).toEqual(["rank-deficient", "unconfirmed", "hidden-state"]);
  expect(spectrum.points).toHaveLength(3);
});

test("a plain oscillation needs no word of warning; as few samples as eigenvalues do", () => {
  const model = decomposed(turning);
  expect(analysed(model, turning).diagnostics).toEqual([]);
  const short = {
    ...turning,
    trajectories: turning.trajectories.slice(0, 1).map((one) => ({ ...one, t: one.t.slice(0, 3), x: one.x.slice(0, 3) })),
  };
  expect(analysed(model, short).diagnostics.map(({ code }) => code)).toEqual(["few-samples"]);
});

test("eigenvalues without eigenvectors of their own are told as such, and a constant does not pass for a confirmed one", () => {
  const drifting = series((t) => [t * Math.exp(-t), Math.exp(-t)]);
  const { diagnostics, spectrum } = analysed(decomposed(drifting), drifting);
  expect(spectrum.points.map(({ flag }) => flag)).toEqual(["defective", "defective"]);
  expect(diagnostics.map(({ code }) => code)).toEqual(["defective"]);
  // the square of a slow turn does not close on the turn, at any step
  const bent = series((t) => [1, Math.cos(2 * t) ** 3, Math.sin(5 * t * t)]);
  expect(analysed(decomposed(bent), bent).diagnostics.map(({ code }) => code)).toContain("unconfirmed");
});

test("a pseudospectrum is drawn around what the data observe, and refused where multipliers are no numbers", () => {
  const doubled = series((t) => [Math.cos(2 * t), Math.sin(2 * t), Math.cos(2 * t)]);
  const model = decomposed(doubled);
  const { pseudospectrum, spectrum } = analysed(model, doubled, { pseudospectrum: { plane: "continuous", points: 9 } });
  expect(spectrum.points.map(({ flag }) => flag)).toEqual(["ok", "ok", "unobserved"]);
  expect(Math.abs(pseudospectrum?.grid.re[0] ?? 100)).toBeLessThan(5);
  const far = { plane: "continuous", re: [-1e5, 0, 3] };
  expect(() => analysed(model, doubled, { pseudospectrum: far })).toThrow(
    expect.objectContaining({ code: "E_SPEC", path: ["parameters", "pseudospectrum", "re"] }),
  );
});

test("what keep may be is told with its keys", () => {
  expect(() => analysed(decomposed(turning), turning, { keep: "all" })).toThrow(
    expect.objectContaining({
      path: ["parameters", "keep"],
      message: 'must be full or a mapping { max_residual } or a mapping { count }, got "all"',
    }),
  );
});

test("the spectral measure of what decays comes with a warning, that of a rotation without", () => {
  const measure = { observable: "x1", eps: 0.02 };
  expect(analysed(decomposed(turning), turning, { measure }).diagnostics).toEqual([]);
  const decaying = series((t) => [Math.exp(-t) * Math.cos(2 * t), Math.exp(-t) * Math.sin(2 * t)]);
  const found = analysed(decomposed(decaying), decaying, { measure }).diagnostics;
  expect(found.map(({ code }) => code)).toEqual(["not-conserved"]);
  // exp(-0.1) a step
  expect(found[0].message).toContain("by up to 0.095");
});

test("a measure says what it does not show: centred coordinates hold no mean", () => {
  const lifted = series((t) => [2 + Math.cos(2 * t), Math.sin(2 * t)]);
  const centred = decomposed(lifted, [{ type: "svd", solver: "exact", order: "full", ifcen: true }]);
  const { measure, diagnostics } = analysed(centred, lifted, { measure: { observable: "x1" } });
  // of 4 + 1/2 the half that moves is left, and a little of the mean that the samples do not part from it
  expect((measure?.total ?? 0) / (measure?.whole ?? 1)).toBeLessThan(0.2);
  expect(diagnostics.map(({ code }) => code)).toContain("unspanned");
});

test("gains say when nothing settles: what grows, and what turns without damping", () => {
  const resolvent = {};
  const growing = series((t) => [Math.exp(t / 2) * Math.cos(2 * t), Math.exp(t / 2) * Math.sin(2 * t)]);
  const codes = (data: Dataset): string[] => analysed(decomposed(data), data, { resolvent }).diagnostics.map(({ code }) => code);
  expect(codes(growing)).toEqual(["unstable"]);
  expect(codes(turning)).toEqual(["undamped"]);
  const decaying = series((t) => [Math.exp(-t) * Math.cos(2 * t), Math.exp(-t) * Math.sin(2 * t)]);
  expect(codes(decaying)).toEqual([]);
});

test("an exact linear system is forecast to rounding by its eigenvalues, the constant among them; by fewer it is not", () => {
  const settling = series((t) => [2, Math.exp(-t) * Math.cos(2 * t) + 1, Math.exp(-t) * Math.sin(2 * t), Math.exp(-t / 3)]);
  const { forecast, retained } = analysed(decomposed(settling), settling, { forecast: true });
  expect([retained.ones.length, forecast?.which.length]).toEqual([1, 4]);
  expectClose(forecast?.result.per_trajectory ?? [], [0, 0, 0], f64);
  expectClose(forecast?.result.predictions[1].data ?? [], settling.trajectories[1].x.data, f64);
  const fewer = analysed(decomposed(settling), settling, { forecast: true, keep: { max_residual: 1 }, remove_one: 0.05 });
  expect(fewer.forecast?.which).toEqual(forecast?.which);
  const alone = analysed(decomposed(settling), settling, { forecast: true, keep: { count: 2 }, remove_one: null });
  expect(alone.forecast?.which.length).toBeLessThan(4);
  expect(alone.forecast?.result.rmse_mean).toBeGreaterThan(0.05);
});

test("a model with control is not forecast by modes: that is said, and everything else is computed", () => {
  const driven = {
    ...turning,
    names: { x: turning.names.x, u: ["u1"] },
    trajectories: turning.trajectories.map((one) => ({
      ...one,
      u: Matrix.from(Array.from(one.t, (time) => [Math.sin(3 * time)])),
    })),
  };
  const model = decomposed(driven);
  const measure = { observable: "x1" };
  const { resolvent, stateModes, forecast, missing, ...rest } = analysed(model, driven, {
    forecast: true,
    resolvent: {},
    measure,
  });
  expect([forecast, missing]).toEqual([null, [expect.objectContaining({ part: "forecast", code: "E_UNSUPPORTED" })]]);
  expect(rest.measure).toEqual(analysed(model, driven, { measure }).measure);
  expect(resolvent?.forcing).toBe("control");
  // the latent states of dmd are the states themselves: nothing encodes the control into them
  expect([stateModes?.rows, stateModes?.cols]).toEqual([2, 2]);
  expect(resolvent?.stateOutputs?.cols).toBe(2);
});

test("gains are those of the eigenvalues that are kept: of two oscillators that share states, one alone", () => {
  const both = series((t) => {
    const [a, b] = [Math.exp(-t / 10), Math.exp(-t / 4)];
    const [p, q] = [a * Math.cos(2 * t), a * Math.sin(2 * t)];
    const [r, s] = [b * Math.cos(9 * t), b * Math.sin(9 * t)];
    return [p + r, q, r + s, s - p / 2];
  });
  const { resolvent, retained } = analysed(decomposed(both), both, { keep: { count: 1 }, resolvent: { at: [2, 9] } });
  expect(retained.indices).toHaveLength(2);
  const own = retained.spectrum.points[0].angularFrequency;
  // far from the frequency that was kept, nothing of the other is left
  const [at2, at9] = resolvent?.responses.map(({ gain }) => gain) ?? [];
  expect(Math.abs(own - 2) < 1e-6 ? at2 > 5 * at9 : at9 > 5 * at2).toBe(true);
  const whole = analysed(decomposed(both), both, { resolvent: { at: [2, 9] } }).resolvent;
  expect(Math.min(...(whole?.responses.map(({ gain }) => gain) ?? []))).toBeGreaterThan(20);
});

test.each([
  [{ dt: 0.2 }, "E_DATA", ["parameters", "dt"]],
  [{ keep: { count: 0 } }, "E_SPEC", ["parameters", "keep", "count"]],
  [{ keep: { max_residual: 1e-300 } }, "E_SPEC", ["parameters", "keep"]],
  [{ pseudospectrum: { re: [1, 0, 5] } }, "E_SPEC", ["parameters", "pseudospectrum", "re"]],
  [{ pseudospectrum: { im: [0, 1, 1] } }, "E_SPEC", ["parameters", "pseudospectrum", "im", 2]],
  [{ resolvent: { frequencies: [0, 32, 5] } }, "E_SPEC", ["parameters", "resolvent", "frequencies"]],
  [{ resolvent: { frequencies: [-1, 2, 5] } }, "E_SPEC", ["parameters", "resolvent", "frequencies"]],
  [{ resolvent: { at: [1, 40] } }, "E_SPEC", ["parameters", "resolvent", "at"]],
  [{ eigenfunctions: { columns: ["x1", "x1"] } }, "E_SPEC", ["parameters", "eigenfunctions", "columns"]],
])("%j is refused at its place in the request", (parameters, code, path) => {
  expect(() => analysed(decomposed(turning), turning, parameters)).toThrow(expect.objectContaining({ code, path }));
});

test("a mistaken number in one of several forms is told what it can be", () => {
  const message = /must be a positive integer, got 0/;
  expect(() => compileAnalysis({ parameters: { keep: { count: 0 } } }, {})).toThrow(message);
  expect(() => compileAnalysis({ parameters: { pseudospectrum: { re: [1, 0, 5] } } }, {})).toThrow(/first < last/);
  expect(() => compileAnalysis({ parameters: { resolvent: { frequencies: [1, 99] } } }, {})).toThrow(
    /must be \[a number, a number, an integer from 2 to 2000\] or null, got \[1,99\]/,
  );
});

test("what a model cannot have is said of each part, and nothing else is lost", () => {
  const model = decomposed(turning, [{ type: "delay", delay: 1 }]);
  const eigenfunctions = { columns: ["x1", "x2"] };
  const others = { measure: { observable: "x1" }, forecast: true, resolvent: { at: [2] } };
  const pseudospectrum = { method: "operator", plane: "continuous", points: 5 };
  const found = analysed(model, turning, { ...others, eigenfunctions, pseudospectrum });
  expect(found.missing).toEqual([
    { part: "eigenfunctions", code: "E_UNSUPPORTED", message: expect.stringContaining("delay"), hint: expect.any(String) },
    { part: "pseudospectrum", code: "E_UNSUPPORTED", message: expect.any(String), hint: expect.stringContaining("plane") },
  ]);
  expect({ ...found, missing: [] }).toEqual(analysed(model, turning, others));
});

test("a mistake in one option is an error, whatever else is missing", () => {
  const model = decomposed(turning, [{ type: "delay", delay: 1 }]);
  const parameters = { eigenfunctions: { columns: ["x1", "x2"] }, measure: { observable: "y1" } };
  expect(() => analysed(model, turning, parameters)).toThrow(
    expect.objectContaining({ code: "E_NOT_FOUND", path: ["parameters", "measure", "observable"] }),
  );
});

test("data of single samples have no step", () => {
  const single = {
    ...turning,
    trajectories: turning.trajectories.map((one) => ({ ...one, t: one.t.slice(0, 1), x: one.x.slice(0, 1) })),
  };
  expect(() => analysed(decomposed(turning), single)).toThrow(/no trajectory has two samples/);
});

test.each([
  ["radial, of open width", { type: "sc_rbf" }],
  ["diffusion", { type: "sc_dm", eps_init: 0.05 }],
] as const)("kernel observables, %s: eigenvalues and residuals are those of edmd on the same landmarks", (_, kernel) => {
  // x1' = -0.1 x1, x2' = -(x2 - x1^2), from 12 states
  const manifold: Dataset = {
    trajectories: Array.from({ length: 12 }, (_, i) => {
      const [a, b] = [Math.cos(2.4 * i) * (0.4 + 0.05 * i), Math.sin(2.4 * i) * (0.4 + 0.05 * i)];
      const t = Float64Array.from({ length: 30 }, (_, k) => 0.1 * k);
      const slope = (a * a) / 0.8;
      const x = Matrix.from(
        Array.from(t, (s) => [a * Math.exp(-0.1 * s), slope * Math.exp(-0.2 * s) + (b - slope) * Math.exp(-s)]),
      );
      return { t, x, u: null, y: null, p: null };
    }),
    names: { x: ["x1", "x2"], u: [] },
  };
  const trajectories = manifold.trajectories.map(({ x }) => x);
  const landmarks = landmarksOf(stackRows(trajectories), 80, 5);
  const direct = edmd({ trajectories, dt: 0.1 }, kernelDictionary(kernel, landmarks, 9));
  const model = decomposed(manifold, [{ type: "kernel", kernel, count: 9, landmarks: 80, seed: 5 }]);
  const { spectrum } = analysed(model, manifold);
  const numbers = (points: typeof spectrum.points): number[] =>
    points
      .map(({ growth, angularFrequency, residual }) => [growth, Math.abs(angularFrequency), residual ?? Number.NaN])
      .sort((a, b) => b[0] - a[0])
      .flat();
  expect(spectrum.points).toHaveLength(9);
  expectClose(numbers(spectrum.points), numbers(direct.spectrum.points), f64);
});
