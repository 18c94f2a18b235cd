import { stepAgreement } from "../../dynamics/data/step.js";
import type { Phase, TrainingConfig } from "../../dynamics/training/config.js";
import { changesData, isStreaming } from "../../dynamics/training/phase-kinds.js";
import { DymadError } from "../../errors.js";
import { canonicalJson } from "../../formats/canonical.js";
import type { CompiledData, CompiledEarlier } from "./compiled.js";
import type { CompletedRequest } from "./complete.js";
import type { EarlierFacts, GetEarlier } from "./facts.js";
import type { ParsedRequest } from "./parse.js";
import type { ResolvedRequest } from "./resolve.js";
import { type IssueList, report } from "./shape.js";

const chains = ["transform_x", "transform_u", "transform_y", "transform_p", "transform_ew", "transform_ea"] as const;

/** The training that a request goes on with, against the request: both must speak of the same coordinates and the same step. */
export function checkEarlier(
  { earlier: named }: ParsedRequest,
  { data }: ResolvedRequest,
  completed: CompletedRequest,
  getEarlier: GetEarlier | undefined,
  list: IssueList,
): CompiledEarlier | null {
  if (named === null) return null;
  const place = ["data", "earlier"];
  if (!completed.phases.some(({ phase }) => isStreaming(phase))) {
    const hint = "write reference_profile: dmd-streaming, or kwargs: { streaming: true } in that phase";
    report(list, place, "is of no use: no phase of least squares keeps sums of pairs", hint);
    return null;
  }
  if (getEarlier === undefined) {
    report(list, place, "cannot be read here", "compile the request with its files", "E_UNSUPPORTED");
    return null;
  }
  try {
    const facts = getEarlier();
    compareModels(completed, facts, list);
    if (data.train !== null) compareData(data.train, facts, list);
    list.issues.push(...facts.unlike);
    const { sha256, size, pairs } = facts;
    return { path: named.path, sha256, size, pairs };
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    for (const issue of error.issues) list.issues.push(issue.path.length > 0 ? issue : { ...issue, path: [...place, "path"] });
    return null;
  }
}

const remedy = "train as the earlier run did, or begin anew without data.earlier";

function compareModels(completed: CompletedRequest, { config }: EarlierFacts, list: IssueList): void {
  const { family, time_domain, graph_mode } = config.model;
  if (completed.model !== null && canonicalJson(completed.model) !== canonicalJson(config.model)) {
    const message = `is of another model (${family}, ${time_domain} time, graph mode ${graph_mode})`;
    report(list, ["data", "earlier", "path"], message, remedy, "E_CONFLICT");
  }
  for (const key of chains) {
    if (sameStages(completed[key], config[key])) continue;
    const message = `is not what the earlier run had: ${JSON.stringify(config[key] ?? [])}`;
    report(list, ["overrides", key], message, "write the same stages: its sums are of their coordinates", "E_CONFLICT");
  }
  const [now, before] = [completed.phases.map(({ phase }) => phase), config.phases].map(smoothedBy);
  if (now === before) return;
  const message = `smooth the samples otherwise than those of the earlier run, which had ${before}`;
  report(list, ["overrides", "phases"], message, "write the same data phases before the solve", "E_CONFLICT");
}

/** What the samples went through before their pairs were summed, as text. */
function smoothedBy(phases: readonly Phase[]): string {
  const before = phases.slice(0, phases.findIndex(isStreaming)).filter((phase) => changesData(phase, "train"));
  return canonicalJson(before.map(({ smoothing }) => smoothing));
}

function compareData(train: CompiledData, { widths, dt }: EarlierFacts, list: IssueList): void {
  const place = ["data", "train"];
  const widthsNow = { states: [train.state_dim, widths.x], controls: [train.control_dim, widths.u] };
  for (const [what, [now, before]] of Object.entries(widthsNow)) {
    if (now !== before) report(list, place, `has ${now} ${what}, those of the earlier run had ${before}`, remedy, "E_SHAPE");
  }
  if (dt === null ? train.dt === null : train.dt !== null && Math.abs(train.dt - dt) <= stepAgreement * dt) return;
  const [now, before] = [train.dt, dt].map((step) => (step === null ? "unevenly" : `every ${step}`));
  const message = `is sampled ${now}, those of the earlier run ${before}`;
  report(list, place, message, "resample the data: a map from a sample to the next has one step", "E_DATA");
}

/** Stages that were left out are none; a chain with problems of its own is left to them. */
function sameStages(now: CompletedRequest["transform_x"], before: TrainingConfig["transform_x"] | undefined): boolean {
  return now === null || canonicalJson(now) === canonicalJson(before ?? []);
}
