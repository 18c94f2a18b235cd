import type { SvdStage, TransformStage } from "../../dynamics/transforms/spec.js";
import type { Truncation } from "../../numerics/linalg/rank.js";
import type { Profile, ProfileStart } from "../registry/profiles.js";
import type { ModelRequest, PhaseRequest, TransformStageRequest } from "../registry/request.js";
import { chainShapes, delayOf } from "./dimensions.js";
import type { ResolvedRequest } from "./resolve.js";

/** What a profile offers to one request on its data. */
export interface FittedProfile {
  readonly model: ModelRequest;
  readonly transform_x: readonly TransformStageRequest[] | null;
  readonly transform_u: readonly TransformStageRequest[] | null;
  /** what an optimisation of the request starts from, by trainer */
  readonly bases: readonly PhaseRequest[];
  /** the phases of a request that names none */
  readonly schedule: readonly PhaseRequest[];
}

/** Training samples from which the schedule has fewer epochs. */
const manySamples = 12_000;
/** Windows a NODE phase of the schedule trains on, at most. */
const mostWindows = 128;

/** Words by which a request shapes the networks itself, by family. */
const shapes: Readonly<Record<string, readonly string[]>> = {
  linear: ["autoencoder_type", "encoder_layers", "decoder_layers"],
  ldm: ["autoencoder_type", "encoder_layers", "decoder_layers", "processor_layers", "latent_dimension", "activation"],
};

/**
 * The profile for a request: its start where the request says nothing about the networks, and a schedule for the length and number
 * of the trajectories.
 *
 * @param own        `overrides.model` as it was written
 * @param given      `overrides.transform_x` as it was read; null when nothing was written
 * @param trainPart  part of data.train that trains
 */
export function fitProfile(
  profile: Profile,
  resolved: ResolvedRequest,
  own: Readonly<Record<string, unknown>>,
  given: readonly TransformStage[] | null,
  trainPart: number,
): FittedProfile {
  const { start } = profile;
  if (start === null)
    return { model: profile.model, transform_x: null, transform_u: null, bases: profile.phases, schedule: profile.phases };
  const x = given ?? (start.transform_x as readonly TransformStage[]);
  const width = widest(resolved.data.train?.state_dim ?? 2, x);
  const open = isOpen(own, start, width);
  const transforms = open || start.needs_transforms ? start : { transform_x: null, transform_u: null };
  const model = open
    ? { ...profile.model, ...start.model, ...(start.learned === null ? {} : { koopman_dimension: width + start.learned }) }
    : { ...profile.model, ...identitySize(own, start, resolved, given) };
  const delay = delayOf(given ?? (transforms.transform_x as readonly TransformStage[] | null));
  const samples = samplesOf(resolved, delay);
  return {
    model,
    transform_x: narrowed(transforms.transform_x, resolved.data.train?.state_dim ?? null),
    transform_u: start.needs_transforms ? sameDelay(start.transform_u, delay) : transforms.transform_u,
    bases: profile.phases.map((phase) => withWindow(phase, samples.weak)),
    schedule: scheduleOf(start, profile.phases, resolved, samples, open && start.learned !== null, trainPart),
  };
}

/** Directions drawn at random by a profile, and measurements, no more than there are columns. */
function narrowed(
  stages: readonly TransformStageRequest[] | null,
  width: number | null,
): readonly TransformStageRequest[] | null {
  if (stages === null || width === null) return stages;
  return stages.map((stage) => {
    if (stage.type !== "svd" || typeof stage.order !== "number") return stage;
    const order = Math.min(stage.order, width);
    if (stage.solver === "randomised") return { ...stage, order };
    return stage.solver === "compressed" ? { ...stage, order, measurements: Math.min(stage.measurements, width) } : stage;
  });
}

/** A chain with its delay, if any, made that of the states. */
const sameDelay = (stages: readonly TransformStageRequest[], delay: number): TransformStageRequest[] =>
  stages.map((stage) => (stage.type === "delay" ? { ...stage, delay } : stage));

/** Whether the request leaves the shape of the networks to the profile, and a size it names has room for learned coordinates. */
function isOpen(own: Readonly<Record<string, unknown>>, start: ProfileStart, width: number): boolean {
  if (shapes[start.learned === null ? "ldm" : "linear"].some((key) => own[key] !== undefined)) return false;
  return start.learned === null || !(typeof own.koopman_dimension === "number" && own.koopman_dimension <= width);
}

/** An identity encoder, and a residual one, have the size of the states. */
function identitySize(
  own: Readonly<Record<string, unknown>>,
  start: ProfileStart,
  { data }: ResolvedRequest,
  given: readonly TransformStage[] | null,
): ModelRequest {
  if (start.learned === null || data.train === null) return {};
  const width = chainShapes(data.train.state_dim, given ?? [{ type: "identity" }]).at(-1)?.width ?? null;
  if (width === null) return {};
  if (own.autoencoder_type === "cat" && own.encoder_layers !== 0) return { koopman_dimension: width + start.learned };
  const tied = own.encoder_layers === 0 || own.autoencoder_type === "res";
  return tied ? { koopman_dimension: width } : {};
}

/** Columns after a chain, at most: an energy threshold may keep all. */
function widest(width: number, stages: readonly TransformStage[]): number {
  const whole = stages.map(
    (stage): TransformStage =>
      stage.type === "svd" && chainShapes(1, [stage])[0].width === null
        ? { type: "svd", order: mostKept(stage), ifcen: stage.ifcen }
        : stage,
  );
  return chainShapes(width, whole).at(-1)?.width ?? width;
}

const mostKept = (stage: SvdStage): Truncation =>
  stage.solver === "randomised" ? stage.order : stage.solver === "compressed" ? stage.measurements : "full";

interface Samples {
  /** of the shortest trajectory, after delays */
  readonly shortest: number;
  /** for a window of the weak form; 0 where it cannot be used */
  readonly weak: number;
  readonly even: boolean;
}

function samplesOf({ data, time_domain }: ResolvedRequest, delay: number): Samples {
  const used = [data.train, data.valid].flatMap((one) => (one === null ? [] : [one]));
  const shortest = Math.min(...used.map((one) => one.shortest)) - delay;
  const even = used.every((one) => one.dt !== null);
  // A discrete model is held to residuals between neighbours, so N of them need one sample more.
  return { shortest, even, weak: even ? shortest - (time_domain === "discrete" ? 1 : 0) : 0 };
}

/** A weak phase whose window fits: the N of the profile, or the largest odd number of samples there are. */
function withWindow(phase: PhaseRequest, samples: number): PhaseRequest {
  const { weak_form_params: windows } = phase;
  if (windows?.N === undefined || samples < smallestWindow || samples >= windows.N) return phase;
  return { ...phase, weak_form_params: { ...windows, N: samples - ((samples + 1) % 2) } };
}

const smallestWindow = 5;

function scheduleOf(
  start: ProfileStart,
  profilePhases: readonly PhaseRequest[],
  { data, time_domain }: ResolvedRequest,
  samples: Samples,
  statesFirst: boolean,
  trainPart: number,
): PhaseRequest[] {
  const { train } = data;
  if (start.node === null) return [...profilePhases];
  const { node } = start;
  const forms = start.weak;
  const steps = start.steps === undefined ? [] : [start.steps];
  if (train === null) return [...(forms === null ? steps : [forms.few]), node];
  const total = Math.max(1, Math.floor(train.n_trajectories * trainPart)) * train.longest;
  const solve = statesFirst && (time_domain === "discrete" || (samples.even && samples.shortest >= 3));
  const weak = forms !== null && samples.weak >= smallestWindow;
  const horizons = [
    ...new Set((node.sweep_lengths as number[]).map((length) => Math.max(2, Math.min(length, samples.shortest)))),
  ];
  const epochs = Math.floor((node.n_epochs as number) / horizons.length) * (weak || steps.length > 0 ? 1 : 5);
  return [
    ...(solve ? [{ type: "linear_solve", name: "LeastSquares" } as const] : []),
    ...(weak ? [withWindow(total > manySamples ? forms.many : forms.few, samples.weak)] : steps),
    {
      ...node,
      n_epochs: epochs * horizons.length,
      sweep_epoch_step: epochs,
      sweep_lengths: horizons,
      chop_step: Math.max(2, Math.min(10, samples.shortest), Math.ceil(total / mostWindows)),
    },
  ];
}
