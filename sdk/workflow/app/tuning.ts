import { type LeaderboardData, leaderboardChart } from "../../charts/leaderboard.js";
import { renderSvg } from "../../charts/svg.js";
import type { ConvergenceRow, ConvergenceStudySpec } from "../../dynamics/tuning/convergence-spec.js";
import {
  type ConvergenceResult,
  type ConvergenceWork,
  convergenceStudy,
  keyOfRow,
  type StudyOptions,
} from "../../dynamics/tuning/convergence-study.js";
import type { Evaluator } from "../../dynamics/tuning/outcome.js";
import { type TuneOptions, tune } from "../../dynamics/tuning/tuner.js";
import { readTuningFiles, tuningFiles } from "../../dynamics/tuning/tuning-files.js";
import type { TuningResult, TuningSpec } from "../../dynamics/tuning/tuning-spec.js";
import { DymadError } from "../../errors.js";
import { sha256Hex } from "../../formats/sha256.js";
import { candidateText } from "../executor/run-event.js";
import { type Files, machineFiles } from "../store/files.js";
import { convergenceFiles, medianFile, samplePlansFile } from "./convergence-files.js";
import { medianPictures } from "./median-pictures.js";
import { breather } from "./work-through.js";

export interface TuneFilesOptions extends TuneOptions {
  /** directory for the result as JSON, the evaluations as CSV, and a chart; default nothing is written */
  readonly out?: string | undefined;
}

/** Tunes, and keeps the result in a directory when one is named. */
export async function tuneInto(
  spec: TuningSpec,
  evaluator: Evaluator,
  options: TuneFilesOptions = {},
  files: Files = machineFiles,
): Promise<TuningResult> {
  const { out, ...rest } = options;
  if (out !== undefined) files.requireWritable(out);
  const breathe = breather();
  const result = await tune(
    spec,
    async (params) => {
      await breathe();
      return evaluator(params);
    },
    rest,
  );
  if (out !== undefined) await keepTuning(out, result, files);
  return result;
}

async function keepTuning(out: string, result: TuningResult, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(tuningFiles(result))) files.write(files.join(out, name), text);
  files.write(files.join(out, "tuning_search.svg"), await renderSvg(leaderboardChart(tuningBoard(result))));
}

/** The evaluations of a tuning as a chart takes them. */
export function tuningBoard({ policy, evaluations }: TuningResult): LeaderboardData {
  const distinct = evaluations.filter(({ cache_hit }) => !cache_hit);
  return {
    metric: policy.metric_name,
    lowerIsBetter: policy.goal === "minimize",
    candidates: distinct.map(({ params, metric_value }) => ({ name: candidateText(params), value: metric_value })),
  };
}

/** Reads a tuning back from its directory. */
export function readTuning(directory: string, files: Files = machineFiles): TuningResult {
  const names = files.list(directory).filter((name) => name.startsWith("tuning_") && !name.endsWith(".svg"));
  return readTuningFiles(Object.fromEntries(names.map((name) => [name, files.readText(files.join(directory, name))])));
}

export interface StudyFilesOptions extends Pick<StudyOptions, "max_workers" | "onRow" | "signal"> {
  /** directory of the study; what an earlier attempt has finished there is not done again. Default nothing is kept */
  readonly out?: string | undefined;
}

const restartFile = "convergence_restart.json";

/**
 * Carries out a convergence study. In a directory every finished evaluation and tuning is kept at once, so that a study that was
 * interrupted, or is given more levels or trials, goes on where it was.
 *
 * @throws  E_CONFLICT when the directory holds a study with other metrics or another seed
 */
export async function studyInto(
  spec: ConvergenceStudySpec,
  given: ConvergenceWork,
  options: StudyFilesOptions = {},
  files: Files = machineFiles,
): Promise<ConvergenceResult> {
  const { out, ...rest } = options;
  const breathe = breather();
  const evaluate: ConvergenceWork["evaluate"] = async (context) => {
    await breathe();
    return given.evaluate(context);
  };
  const work: ConvergenceWork = Object.create(given, { evaluate: { value: evaluate } });
  if (out === undefined) return convergenceStudy(spec, work, rest);
  requireCompatible(out, spec, files);
  const place = (folder: string, key: string): string => files.join(out, folder, sha256Hex(key).slice(0, 16));
  const results = files.join(out, "context_results");
  const rows = files
    .list(results)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(files.readText(files.join(results, name))) as ConvergenceRow)
    .filter(({ status }) => status === "ok");
  const anchors = files
    .list(files.join(out, "tuning"))
    .filter((name) => files.exists(files.join(out, "tuning", name, "key.json")));
  const tunings = Object.fromEntries(
    anchors.map((name) => {
      const folder = files.join(out, "tuning", name);
      return [JSON.parse(files.readText(files.join(folder, "key.json"))) as string, readTuning(folder, files)];
    }),
  );
  const result = await convergenceStudy(spec, work, {
    ...rest,
    rows,
    tunings,
    onRow: (row) => {
      files.write(`${place("context_results", keyOfRow(row))}.json`, `${JSON.stringify(row)}\n`);
      rest.onRow?.(row);
    },
    onTuning: (key, tuning) => {
      const folder = place("tuning", key);
      for (const [name, text] of Object.entries(tuningFiles(tuning))) files.write(files.join(folder, name), text);
      // last, so that a tuning with a key is complete
      files.write(files.join(folder, "key.json"), `${JSON.stringify(key)}\n`);
    },
  });
  const { pictures, study } = await medianPictures(result);
  for (const [name, text] of Object.entries(convergenceFiles(study))) files.write(files.join(out, name), text);
  pictures.forEach((svg, i) => {
    if (svg !== null) files.write(files.join(out, "median_predictions", medianFile(result.medians[i])), svg);
  });
  const plans = samplePlansFile(spec, result.rows);
  if (plans !== null) files.write(files.join(out, "sample_plans.npz"), plans);
  return study;
}

/** A study goes on only with one that measures the same. */
function requireCompatible(out: string, spec: ConvergenceStudySpec, files: Files): void {
  const path = files.join(out, restartFile);
  const now = {
    schema_version: 1,
    metrics: spec.metrics,
    seed: spec.seed ?? 0,
    tuning_policy: spec.tuning_policy ?? { mode: "none" },
  };
  if (files.exists(path)) {
    const before = JSON.parse(files.readText(path)) as typeof now;
    const differs = (["metrics", "seed", "tuning_policy"] as const).filter(
      (key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]),
    );
    if (differs.length > 0) {
      throw new DymadError("E_CONFLICT", `the study in ${out} is not compatible: it has another ${differs.join(", ")}`, {
        path: [differs[0]],
        hint: "name another directory, or study as before",
      });
    }
    return;
  }
  files.write(path, `${JSON.stringify(now, null, 2)}\n`);
}
