import { DymadError } from "../../errors.js";
import { canonicalJson } from "../../formats/canonical.js";
import { fieldNumber, numberField, readCsvRows, writeCsvRows } from "../../formats/csv-rows.js";
import type { TuningEvaluation, TuningResult } from "./tuning-spec.js";

const columns = [
  "phase",
  "index",
  "status",
  "metric_value",
  "elapsed_seconds",
  "cache_hit",
  "boundary_hit",
  "failure_reason",
  "params",
  "extra_metrics",
] as const;

/** A tuning as texts by file name: the choice as JSON, evaluations and (when there are any) failures as CSV. */
export function tuningFiles(result: TuningResult): Record<string, string> {
  const { selected_params, selected_metric, candidate_plan, policy, evaluations, failures } = result;
  const choice = { selected_params, selected_metric: numberField(selected_metric), candidate_plan, policy };
  return {
    "tuning_result.json": `${JSON.stringify(choice, null, 2)}\n`,
    "tuning_evaluations.csv": evaluationTable(evaluations),
    ...(failures.length === 0 ? {} : { "tuning_failures.csv": evaluationTable(failures) }),
  };
}

const evaluationTable = (evaluations: readonly TuningEvaluation[]): string => writeCsvRows([columns, ...evaluations.map(rowOf)]);

function rowOf(one: TuningEvaluation): string[] {
  return columns.map((column): string => {
    switch (column) {
      case "params":
        return canonicalJson(one.params);
      case "extra_metrics":
        return canonicalJson(spelled(one.extra_metrics));
      case "metric_value":
      case "elapsed_seconds":
        return numberField(one[column]);
      case "failure_reason":
        return one.failure_reason ?? "";
      default:
        return String(one[column]);
    }
  });
}

/** Numbers that JSON cannot hold become texts. */
const spelled = (values: TuningEvaluation["extra_metrics"]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "number" && !Number.isFinite(value) ? numberField(value) : value,
    ]),
  );

/**
 * A tuning read back from its files. Values of `extra_metrics` that were not finite stay texts.
 *
 * @param files  texts by name, as `tuningFiles` gives them
 * @throws       E_FORMAT when a file is missing or has other columns
 */
export function readTuningFiles(files: Readonly<Record<string, string>>): TuningResult {
  for (const name of ["tuning_result.json", "tuning_evaluations.csv"]) {
    if (files[name] === undefined)
      throw new DymadError("E_FORMAT", `the tuning has no ${name}`, { hint: "restore the file, or tune again" });
  }
  const choice = JSON.parse(files["tuning_result.json"]) as Omit<TuningResult, "selected_metric"> & { selected_metric: string };
  const [header, ...rows] = readCsvRows(files["tuning_evaluations.csv"]);
  if (header?.join() !== columns.join())
    throw new DymadError("E_FORMAT", "tuning_evaluations.csv has other columns than a tuning writes", {
      hint: `its columns are ${columns.join(", ")}`,
    });
  const evaluations = rows.map(evaluationOf);
  return {
    selected_params: choice.selected_params,
    selected_metric: fieldNumber(choice.selected_metric),
    evaluations,
    failures: evaluations.filter(({ status, boundary_hit }) => status === "failed" || boundary_hit),
    candidate_plan: choice.candidate_plan,
    policy: choice.policy,
  };
}

function evaluationOf(row: readonly string[]): TuningEvaluation {
  const field = (column: (typeof columns)[number]): string => row[columns.indexOf(column)];
  return {
    params: JSON.parse(field("params")) as TuningEvaluation["params"],
    phase: field("phase") as TuningEvaluation["phase"],
    index: Number(field("index")),
    metric_value: fieldNumber(field("metric_value")),
    status: field("status") as TuningEvaluation["status"],
    elapsed_seconds: fieldNumber(field("elapsed_seconds")),
    cache_hit: field("cache_hit") === "true",
    boundary_hit: field("boundary_hit") === "true",
    failure_reason: field("failure_reason") === "" ? null : field("failure_reason"),
    extra_metrics: JSON.parse(field("extra_metrics")) as TuningEvaluation["extra_metrics"],
  };
}
