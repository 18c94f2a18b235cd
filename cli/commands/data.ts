import { Option } from "commander";
import { formatNumber } from "../../sdk/charts/numbers.js";
import { textTable } from "../../sdk/charts/table.js";
import type { GraphInspection } from "../../sdk/dynamics/data/graphs/inspection.js";
import type { DatasetInspection } from "../../sdk/dynamics/data/inspect.js";
import { DymadError } from "../../sdk/errors.js";
import { inspectData, sampleToFile } from "../../sdk/workflow/app/data.js";
import type { DefineCommand } from "../command.js";
import { wholeNumber } from "../option-value.js";

interface InspectWords {
  readonly format?: "npz" | "csv";
  readonly dt?: number;
  readonly x?: string[];
  readonly u?: string[];
  readonly time?: string;
  readonly traj?: string;
  readonly json?: boolean;
}

export const defineData: DefineCommand = (program, around) => {
  program
    .command("inspect")
    .description("tell what a data file holds")
    .argument("<file>", "npz or csv")
    .addOption(new Option("--format <format>", "when the ending of the file does not tell").choices(["npz", "csv"]))
    .addOption(new Option("--dt <interval>", "csv without a time column: sampling interval").argParser(positive))
    .option("--x <columns...>", "csv: columns of the states")
    .option("--u <columns...>", "csv: columns of the controls")
    .option("--time <column>", "csv: column of the times")
    .option("--traj <column>", "csv: column that numbers the trajectories")
    .option("--json", "answer with one JSON document")
    .addHelpText("after", "\nExamples:\n  dymad inspect lti.npz\n  dymad inspect tanks.csv --x yEst --u uEst --dt 4")
    .action((path: string, { format, dt, x, u, time, traj, json }: InspectWords) => {
      const columns =
        x === undefined ? undefined : { x, ...(u ? { u } : {}), ...(time ? { t: time } : {}), ...(traj ? { traj } : {}) };
      if (x === undefined && (u ?? time ?? traj) !== undefined) {
        throw new DymadError("E_USAGE", "--x is missing", { hint: "name the columns of the states when you name others" });
      }
      const inspection = inspectData(path, { format, dt, columns });
      around.answer({ text: inspectionText(path, inspection), data: { path, inspection } }, around.terminal(json ?? false));
    });

  program
    .command("sample")
    .description("sample trajectories of a system and write them as npz")
    .argument("<system>", "YAML file")
    .requiredOption("--out <file>", "npz file to write; it must not exist")
    .addOption(new Option("--seed <number>", "seed of the draws").default(0).argParser(wholeNumber))
    .option("--json", "answer with one JSON document")
    .addHelpText("after", "\nExample:\n  dymad sample oscillator.yaml --out oscillator.npz --seed 1")
    .action((path: string, options: { out: string; seed: number; json?: boolean }) => {
      const sampled = sampleToFile(path, options.out, options.seed);
      const text = `wrote ${sampled.path}: ${sampled.n_trajectories} trajectories of ${sampled.n_steps} samples, seed ${sampled.seed}`;
      around.answer({ text, data: sampled }, around.terminal(options.json ?? false));
    });
};

function inspectionText(path: string, it: DatasetInspection): string {
  const [shortest, longest] = it.n_steps_range;
  const head = [
    `${path}: ${it.n_trajectories} trajectories of ${it.is_ragged ? `${shortest} to ${longest}` : longest} samples`,
    `states ${it.state_dim}, controls ${it.control_dim}, parameters ${it.parameter_dim}`,
    `t from ${formatNumber(it.t_range[0])} to ${formatNumber(it.t_range[1])}, ${it.dt === null ? "unevenly sampled" : `dt ${formatNumber(it.dt)}`}`,
  ];
  if (it.graph !== null) head.push(graphText(it.graph));
  const columns = ["column", "min", "max", "mean", "std"].map((title) => ({ title }));
  const rows = it.columns.map(({ name, min, max, mean, std }) => [name, min, max, mean, std]);
  return `${head.join("\n")}\n\n${textTable({ columns, rows })}`;
}

function graphText({
  n_nodes,
  n_edges_range: [fewest, most],
  is_fixed,
  has_weights,
  n_edge_features,
  n_isolated,
}: GraphInspection): string {
  const parts = [
    `graph of ${n_nodes} nodes, ${fewest === most ? most : `${fewest} to ${most}`} edges`,
    is_fixed ? "the same everywhere" : "changing",
    ...(has_weights ? ["weighted"] : []),
    ...(n_edge_features > 0 ? [`${n_edge_features} attributes an edge`] : []),
    ...(n_isolated > 0 ? [`${n_isolated} nodes without edges`] : []),
  ];
  return parts.join(", ");
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new DymadError("E_USAGE", `must be a positive number, got ${JSON.stringify(text)}`, { hint: "for example --dt 0.1" });
}
