import type { ControlSpec } from "./control.js";
import type { Bounds, PointSpec } from "./points.js";
import { capacityOf } from "./points.js";
import { isPair, type Path, Reader, type RecordOf, rules, show } from "./reader.js";
import { readSystem, type System, type SystemSpec } from "./system.js";

/** `{kind, params}` of a random law; the kinds and their keys are in `docs/sampling.md`. */
export interface LawSpec {
  readonly kind: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What to sample, in the words of `dymad sample SYSTEM.yaml`. */
export interface SampleSpec {
  readonly system: SystemSpec;
  /** a law; or one state for all trajectories [n], or one per trajectory [S, n] */
  readonly x0: LawSpec | readonly number[] | readonly (readonly number[])[];
  /** parameters: a law or values, as for x0; required when the system has parameters */
  readonly p?: LawSpec | readonly number[] | readonly (readonly number[])[];
  /** required when the system has inputs */
  readonly control?: LawSpec | null;
  /** n times from start (default 0) to stop, evenly spaced */
  readonly time: { readonly start?: number; readonly stop: number; readonly n: number };
  /** number of trajectories, default 1 */
  readonly batch?: number;
  readonly solver?: { readonly method?: string; readonly rtol?: number; readonly atol?: number };
  readonly postprocess?: { readonly n_skip?: number; readonly shift_t?: boolean };
  /** added to the recorded x: uniform {bounds} or gaussian {mean, std} */
  readonly noise?: LawSpec | null;
}

/** A specification that was read: all defaults in place, formulas parsed. */
export interface CompleteSampleSpec {
  readonly system: System;
  readonly x0: PointSpec;
  readonly p: PointSpec | null;
  readonly control: ControlSpec | null;
  readonly time: { readonly start: number; readonly stop: number; readonly n: number };
  readonly batch: number;
  readonly solver: { readonly rtol: number; readonly atol: number };
  readonly postprocess: { readonly n_skip: number; readonly shift_t: boolean };
  readonly noise: PointSpec | null;
}

const keys = ["system", "x0", "p", "control", "time", "batch", "solver", "postprocess", "noise"];
const modes = ["zoh", "linear", "cubic"] as const;

/**
 * Reads a specification from untyped values, such as a parsed YAML file.
 *
 * @throws  E_SPEC (E_UNSUPPORTED for a method not built in) with every problem found, each with its path
 */
export function readSampleSpec(value: unknown): CompleteSampleSpec {
  const reader = new Reader();
  const from = reader.record(value, [], keys);
  const system = readSystem(from.system, reader);
  const batch = reader.number(from, "batch", [], rules.count, 1);
  const points = (key: "x0" | "p", d: number): PointSpec => {
    const spec = readPoints(from[key], [key], d, reader);
    const most = capacityOf(spec, d);
    if (most < batch)
      reader.complain([key], `has ${most} points, batch asks for ${batch}`, `lower batch to ${most}, or give more points`);
    return spec;
  };
  const x0 = points("x0", system.states);
  if (from.p !== undefined && system.parameters === 0)
    reader.complain(["p"], "is given, but no formula uses p1", "set system.parameters");
  const p = system.parameters === 0 ? null : points("p", system.parameters);
  const control = system.inputs === 0 ? null : readControl(from.control, ["control"], system.inputs, reader);
  if (system.inputs === 0 && from.control) reader.complain(["control"], "is given, but system.inputs is 0", "set system.inputs");

  const time = readTime(from.time, reader);
  const solver = readSolver(from.solver ?? {}, reader);
  const post = reader.record(from.postprocess ?? {}, ["postprocess"], ["n_skip", "shift_t"]);
  const n_skip = reader.number(post, "n_skip", ["postprocess"], rules.index, 0);
  if (n_skip >= time.n) reader.complain(["postprocess", "n_skip"], `is ${n_skip}, but there are only ${time.n} samples`);
  const shift_t = post.shift_t ?? false;
  if (typeof shift_t !== "boolean") reader.complain(["postprocess", "shift_t"], `must be true or false, got ${show(shift_t)}`);
  const observed = system.observations?.length ?? system.states;
  const noise =
    from.noise === undefined || from.noise === null
      ? null
      : readPoints(from.noise, ["noise"], observed, reader, ["uniform", "gaussian"]);
  reader.settle();
  return { system, x0, p, control, time, batch, solver, postprocess: { n_skip, shift_t: shift_t === true }, noise };
}

function readTime(value: unknown, reader: Reader): CompleteSampleSpec["time"] {
  const from = reader.record(value, ["time"], ["start", "stop", "n"]);
  const start = reader.number(from, "start", ["time"], rules.finite, 0);
  const stop = reader.number(from, "stop", ["time"], rules.finite);
  const n = reader.number(from, "n", ["time"], {
    what: "an integer of at least 2",
    test: (v) => Number.isSafeInteger(v) && v >= 2,
  });
  if (typeof from.stop === "number" && !(stop > start))
    reader.complain(["time", "stop"], `must be after time.start ${start}, got ${stop}`);
  return { start, stop, n };
}

function readSolver(value: unknown, reader: Reader): CompleteSampleSpec["solver"] {
  const from = reader.record(value, ["solver"], ["method", "rtol", "atol"]);
  const method = reader.choice(from, "method", ["solver"], ["RK45", "RK23", "DOP853"], "RK45");
  if (method !== "RK45") reader.complain(["solver", "method"], `${method} is not supported yet`, "use RK45", "E_UNSUPPORTED");
  return {
    rtol: reader.number(from, "rtol", ["solver"], rules.positive, 1e-3),
    atol: reader.number(from, "atol", ["solver"], rules.nonNegative, 1e-6),
  };
}

type PointKind = PointSpec["kind"];

function readPoints(
  value: unknown,
  path: Path,
  d: number,
  reader: Reader,
  kinds: readonly PointKind[] = ["uniform", "gaussian", "grid", "perturb"],
): PointSpec {
  if (Array.isArray(value)) {
    const points = typeof value[0] === "number" ? [value] : value;
    return { kind: "fixed", params: { points: reader.rows(points, path, d) } };
  }
  const from = reader.record(value, path, ["kind", "params"]);
  const kind = reader.choice(from, "kind", path, kinds);
  const at = [...path, "params"];
  const params = (names: readonly string[]): RecordOf => reader.record(from.params ?? {}, at, names);
  switch (kind) {
    case "gaussian": {
      const given = params(["mean", "std"]);
      const mean = reader.perDimension(given, "mean", at, d, rules.finite, 0);
      return { kind, params: { mean, std: reader.perDimension(given, "std", at, d, rules.nonNegative, 1) } };
    }
    case "grid": {
      const given = params(["bounds", "n_points"]);
      const n_points = reader.perDimension(given, "n_points", at, d, rules.count, 3);
      return { kind, params: { bounds: readBounds(given.bounds, [...at, "bounds"], d, reader), n_points } };
    }
    case "perturb": {
      const given = params(["bounds", "ref"]);
      const ref = reader.rows(given.ref, [...at, "ref"], d);
      return { kind, params: { bounds: readBounds(given.bounds, [...at, "bounds"], d, reader), ref } };
    }
    default:
      return { kind: "uniform", params: { bounds: readBounds(params(["bounds"]).bounds, [...at, "bounds"], d, reader) } };
  }
}

function readBounds(value: unknown, path: Path, d: number, reader: Reader): Bounds {
  if (!Array.isArray(value) || !Array.isArray(value[0])) return reader.range(value, path);
  if (value.length !== d || !value.every(isPair)) {
    reader.complain(path, `must be a pair [low, high], or ${d} of them, got ${show(value)}`);
    return [0, 1];
  }
  return value.map((pair, i) => reader.range(pair, [...path, i]));
}

function readControl(value: unknown, path: Path, m: number, reader: Reader): ControlSpec {
  const from = reader.record(value ?? undefined, path, ["kind", "params"]);
  const kind = reader.choice(from, "kind", path, ["sine", "chirp", "gaussian", "sphere"]);
  const at = [...path, "params"];
  const params = (names: readonly string[]): RecordOf => reader.record(from.params ?? {}, at, names);
  const wave = (given: RecordOf) => ({
    freq_range: reader.range(given.freq_range, [...at, "freq_range"], [0.1, 2]),
    amp_range: reader.range(given.amp_range, [...at, "amp_range"], [0.5, 1]),
    phase_range: reader.range(given.phase_range, [...at, "phase_range"], [0, 360]),
  });
  const samples = (given: RecordOf) => ({
    t1: reader.number(given, "t1", at, rules.positive),
    dt: reader.number(given, "dt", at, rules.positive),
    mode: reader.choice(given, "mode", at, modes, "zoh"),
  });
  const waves = ["freq_range", "amp_range", "phase_range"];
  switch (kind) {
    case "sine": {
      const given = params(["num_components", ...waves]);
      return { kind, params: { num_components: reader.number(given, "num_components", at, rules.count, 1), ...wave(given) } };
    }
    case "chirp": {
      const given = params(["t1", "method", ...waves]);
      const method = reader.choice(given, "method", at, ["linear", "quadratic", "logarithmic", "hyperbolic"], "linear");
      return { kind, params: { t1: reader.number(given, "t1", at, rules.positive), method, ...wave(given) } };
    }
    case "gaussian": {
      const given = params(["mean", "std", "t1", "dt", "mode"]);
      const mean = reader.perDimension(given, "mean", at, m, rules.finite, 0);
      return { kind, params: { mean, std: reader.perDimension(given, "std", at, m, rules.nonNegative, 1), ...samples(given) } };
    }
    case "sphere": {
      const given = params(["radius", "t1", "dt", "mode"]);
      return { kind, params: { radius: reader.number(given, "radius", at, rules.nonNegative, 1), ...samples(given) } };
    }
  }
}
