import type { z } from "zod";
import type { SmoothingSpec } from "../../dynamics/data/smoothing.js";
import type { DataPhase, OptimizerPhase, Phase, Trainer } from "../../dynamics/training/config.js";
import { nearest } from "../registry/nearest.js";
import { phaseOptions, smoothPhaseOptions, trainerName, trainers } from "../registry/phase-options.js";
import type { PhaseRequest } from "../registry/request.js";
import { smoothingMethods } from "../registry/smoothing-options.js";
import { type Criterion, readCriterion } from "./criterion.js";
import type { FittedProfile } from "./fit-profile.js";
import { type IssueList, isMapping, overlay, type Path, quoted, readShape, report } from "./shape.js";
import { liftStepSize, readOdeMethod } from "./solver.js";

/** A phase with the place in the request it came from; phases of one repeat block share a place. */
export interface PlacedPhase {
  readonly phase: Phase;
  readonly path: Path;
}

interface Surroundings {
  readonly defaults: ReadonlyMap<string, PhaseRequest>;
  readonly criterion: Criterion;
  readonly list: IssueList;
}

/**
 * The phases of a request in order, repeats unrolled. An optimisation starts from the first base of the profile with the same
 * trainer; what the request writes is laid over it. Without `phases` the schedule of the profile is taken.
 */
export function readPhases(
  value: unknown,
  { bases, schedule }: Pick<FittedProfile, "bases" | "schedule">,
  criterion: Criterion,
  path: Path,
  list: IssueList,
): PlacedPhase[] {
  if (value === undefined && schedule.length === 0) {
    report(
      list,
      path,
      "is missing: this profile names no phases",
      "write for example phases: [{ trainer: Weak, n_epochs: 100, weak_form_params: { N: 13, dN: 2, ordpol: 2, ordint: 2 } }]",
    );
    return [];
  }
  const defaults = new Map<string, PhaseRequest>();
  for (const phase of bases) {
    if (phase.trainer !== undefined && !defaults.has(phase.trainer)) defaults.set(phase.trainer, phase);
  }
  return readList(value ?? schedule, "", path, { defaults, criterion, list });
}

function readList(value: unknown, suffix: string, path: Path, around: Surroundings): PlacedPhase[] {
  if (!Array.isArray(value) || value.length === 0) {
    report(around.list, path, `must be a list with at least one phase, got ${quoted(value)}`);
    return [];
  }
  return value.flatMap((entry, i) => readEntry(entry, i, suffix, [...path, i], around));
}

function readEntry(entry: unknown, index: number, suffix: string, path: Path, around: Surroundings): PlacedPhase[] {
  const { list } = around;
  if (!isMapping(entry)) {
    report(list, path, `must be a mapping such as { trainer: NODE, n_epochs: 100 }, got ${quoted(entry)}`);
    return [];
  }
  if (entry.repeat !== undefined) return unroll(entry, index, suffix, path, around);
  const label = `${typeof entry.name === "string" && entry.name.trim() !== "" ? entry.name.trim() : `phase_${index}`}${suffix}`;
  const phase = readPhase(entry, path, around);
  return phase === null ? [] : [{ phase: { ...phase, name: label }, path }];
}

const types = ["optimizer", "linear_solve", "data", "analysis", "export"] as const satisfies readonly Phase["type"][];

/** One phase by its type; its name may be missing. */
function readPhase(entry: Record<string, unknown>, path: Path, around: Surroundings): Phase | null {
  const { list } = around;
  const type = entry.type ?? "optimizer";
  switch (type) {
    case "optimizer":
      return readOptimizer(entry, path, around);
    case "linear_solve":
      return named(readWell(phaseOptions.linear_solve, withOneOrder(entry), path, list));
    case "data":
      return readData(entry, path, list);
    case "analysis":
      return named(readWell(phaseOptions.analysis, entry, path, list));
    case "export":
      return named(readWell(phaseOptions.export, entry, path, list));
    default: {
      const close = typeof type === "string" ? nearest(type, types) : null;
      const hint = close === null ? undefined : `did you mean ${close}?`;
      report(list, [...path, "type"], `must be one of ${types.join(", ")}, got ${quoted(type)}`, hint);
      return null;
    }
  }
}

const named = <P extends { readonly name?: string | undefined }>(phase: P | null): (P & { readonly name: string }) | null =>
  phase && { ...phase, name: phase.name ?? "" };

function readData(entry: Record<string, unknown>, path: Path, list: IssueList): DataPhase | null {
  if (entry.operation !== "smooth") {
    const phase = named(readWell(phaseOptions.data, entry, path, list));
    return phase && { ...phase, splits: splitsOf(phase.splits), smoothing: null };
  }
  const method = entry.method ?? "savgol";
  const known = smoothingMethods.find((one) => one === method);
  if (known === undefined) {
    const close = typeof method === "string" ? nearest(method, smoothingMethods) : null;
    const hint = close === null ? undefined : `did you mean ${close}?`;
    report(list, [...path, "method"], `must be one of ${smoothingMethods.join(", ")}, got ${quoted(method)}`, hint);
    return null;
  }
  const read = readWell(smoothPhaseOptions[known], entry, path, list);
  if (read === null) return null;
  const { type, name, operation, splits, ...smoothing } = read;
  return { type, name: name ?? "", operation, splits: splitsOf(splits), smoothing: smoothing as SmoothingSpec };
}

type Splits = "train" | "valid" | readonly ("train" | "valid")[];
const splitsOf = (given: Splits): ("train" | "valid")[] =>
  (["train", "valid"] as const).filter((part) => (Array.isArray(given) ? given.includes(part) : given === part));

/** `params: [order, remove_one]`, as the original writes it for sako, means the two keys that say so. */
function withOneOrder(entry: Record<string, unknown>): Record<string, unknown> {
  const { params, kwargs } = entry;
  if (!Array.isArray(params) || params.length !== 2 || typeof params[1] !== "boolean") return entry;
  if (kwargs !== undefined && !isMapping(kwargs)) return entry;
  return { ...entry, params: params[0], kwargs: { remove_one: params[1], ...kwargs } };
}

function unroll(entry: Record<string, unknown>, index: number, suffix: string, path: Path, around: Surroundings): PlacedPhase[] {
  const { repeat, ...siblings } = entry;
  for (const key of Object.keys(siblings)) {
    report(around.list, [...path, key], "cannot stand beside repeat", "move it into a phase of repeat.phases");
  }
  const block = readShape(phaseOptions.repeat, repeat, "repeat", [...path, "repeat"], around.list);
  if (block === null) return [];
  const name = block.name ?? `repeat_${index}`;
  // Problems are the same in every pass, so only the first pass may report them.
  const silent = { ...around, list: { issues: [] } };
  return Array.from({ length: block.times }, (_, pass) =>
    readList(block.phases, `${suffix}_${name}_${pass}`, [...path, "repeat", "phases"], pass === 0 ? around : silent),
  ).flat();
}

function readOptimizer(entry: Record<string, unknown>, path: Path, around: Surroundings): OptimizerPhase | null {
  const { list } = around;
  const trainer = readTrainer(entry, path, list);
  if (trainer === null) return null;
  const merged = overlay(around.defaults.get(trainer) ?? {}, withOneOrder(entry)) as Record<string, unknown>;
  const { ode_method, criterion, ...rest } = merged;
  const ode = { ...rest, ...(rest.ode_args === undefined ? {} : { ode_args: liftStepSize(rest.ode_args) }) };
  const method = ode_method === undefined ? "dopri5" : readOdeMethod(ode_method, [...path, "ode_method"], list);
  const losses = readCriterion(around.criterion, criterion, [...path, "criterion"], list);
  const options = readTrainerOptions(trainer, ode, path, list);
  return options && { ...options, ode_method: method ?? "dopri5", criterion: losses ?? around.criterion };
}

function readTrainer(entry: Record<string, unknown>, path: Path, list: IssueList): Trainer | null {
  const known = trainers.find((name) => name === entry.trainer);
  if (known !== undefined) return known;
  if (entry.trainer === undefined) {
    const hint = "write trainer: NODE, Weak, OneStep or Linear, or type: linear_solve";
    const old =
      entry.ls_update === undefined ? hint : `${hint}; ls_update is now a repeat block of an optimisation and a linear_solve`;
    report(list, [...path, "trainer"], "is missing: a phase needs a trainer, a type or a repeat", old);
  } else {
    readShape(trainerName, entry.trainer, "phase", [...path, "trainer"], list);
  }
  return null;
}

/** Keys of the other trainers, as a complete phase carries them. */
const absent = {
  sweep_lengths: [null],
  sweep_tols: null,
  sweep_mode: "skip",
  chop_mode: "initial",
  chop_step: 1,
  weak_form_params: null,
  method: null,
  params: null,
  kwargs: { order: 2, ridge: 0, coupling: "full", remove_one: true, deficient: "shortest" },
} as const;

/**
 * A phase as it is written, or, with its problems listed, what is left of it without the keys that are wrong: that much is still
 * checked against model and data, so that its other problems are told too.
 */
function readWell<S extends z.ZodType>(schema: S, value: unknown, path: Path, list: IssueList): z.output<S> | null {
  const known = list.issues.length;
  const phase = readShape(schema, value, "phase", path, list);
  if (phase !== null || !isMapping(value)) return phase;
  const wrong = list.issues.slice(known).map((issue) => String(issue.path[path.length]));
  const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !wrong.includes(key)));
  return readShape(schema, rest, "phase", path, { issues: [] });
}

function readTrainerOptions(trainer: Trainer, value: unknown, path: Path, list: IssueList): OptimizerPhase | null {
  const options = readWell(phaseOptions[trainer], value, path, list);
  if (options === null) return null;
  const { log_interval, name, criterion, ...rest } = options;
  const kwargs = { ...absent.kwargs, ...("kwargs" in options ? options.kwargs : {}) };
  return {
    ...absent,
    sweep_epoch_step: options.n_epochs,
    ...rest,
    kwargs,
    ...("sweep_epoch_step" in options ? { sweep_epoch_step: options.sweep_epoch_step ?? options.n_epochs } : {}),
    log_interval: log_interval ?? options.save_interval,
    name: name ?? "",
    criterion: criterion as Criterion,
  };
}
