import { Option } from "commander";
import { DymadError, pathText } from "../../sdk/errors.js";
import { readConfigFile } from "../../sdk/workflow/app/config-file.js";
import { configPhysics } from "../../sdk/workflow/app/config-physics.js";
import type { RunEvaluation } from "../../sdk/workflow/app/evaluate.js";
import { forecastWarning } from "../../sdk/workflow/app/forecast-warning.js";
import { openRun, statusOf } from "../../sdk/workflow/app/runs.js";
import { searchOf } from "../../sdk/workflow/app/search.js";
import {
  followTraining,
  resumeTraining,
  type StartedTraining,
  startTraining,
  type TrainingQueue,
} from "../../sdk/workflow/app/train.js";
import type { RunFolder } from "../../sdk/workflow/executor/run-folder.js";
import type { TrainingRequest } from "../../sdk/workflow/registry/request.js";
import { machineFiles } from "../../sdk/workflow/store/files.js";
import { checkConfig, checkPartialFit } from "../checked-config.js";
import type { DefineCommand, Surroundings } from "../command.js";
import { exitCodeOfRun } from "../exit-code.js";
import { countFromOne, threadCount } from "../option-value.js";
import { Progress } from "../progress.js";
import { quotedWord } from "../quoted-word.js";
import { endOfRun } from "../run-text.js";
import type { Answer } from "../terminal.js";

interface TrainWords {
  readonly config?: string;
  readonly out?: string;
  readonly threads?: "auto" | number;
  readonly resume?: string;
  readonly partialFit?: string;
  readonly data?: string;
  readonly detach?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly maxRuns?: number;
  readonly json?: boolean;
}

export const defineTrain: DefineCommand = (program, around) => {
  program
    .command("train")
    .description("train a model as a config says")
    .argument("[config]", "YAML file")
    .option("--config <file>", "the same, by name")
    .option("--out <directory>", "run directory; default: run.name beside the config")
    .addOption(new Option("--threads <count>", "threads that share each step: a number or auto").argParser(threadCount))
    .option("--resume <run>", "go on with a run that was cancelled or lost its process, in place of a config")
    .option("--partial-fit <run>", "take further data into the model of a streaming run, as a new run, in place of a config")
    .option("--data <file>", "with --partial-fit: npz or csv, read like the training data of the run")
    .option("--dry-run", "compile the config, or the further data, and train nothing")
    .option("--force", "put the new run in the place of an earlier one that has ended")
    .option("--detach", "return when the run has started; see dymad status and dymad log")
    .addOption(
      new Option(
        "--max-runs <number>",
        "wait QUEUED while so many runs of this directory, started with this option, go on",
      ).argParser(countFromOne),
    )
    .option("--json", "answer with one JSON document; progress as JSON lines on stderr")
    .addHelpText(
      "after",
      "\nExamples:\n  dymad train co2.yaml\n  dymad train co2.yaml --out runs/first --detach\n  dymad train --resume runs/first\n  dymad train --partial-fit runs/monday --data tuesday.npz --out runs/tuesday",
    )
    .action(async (argument: string | undefined, options: TrainWords) => {
      const terminal = around.terminal(options.json ?? false);
      const config = argument ?? options.config;
      if (options.dryRun && options.resume === undefined) return around.answer(await checked(config, options), terminal);
      const { folder, handle, compiled, from } = await begin(config, options, around);
      if (!terminal.json)
        for (const { path: at, message } of compiled.warnings) terminal.err(`warning: ${pathText(at)}: ${message}\n`);
      const shown = machineFiles.relative(around.cwd, folder.root) || ".";
      if (options.detach) {
        const text = [`started: ${handle}`, `run: ${shown}`, `next: dymad log ${quotedWord(shown)} --follow`].join("\n");
        return around.answer({ text, data: { ...statusOf(folder), started: handle } }, terminal);
      }
      const abort = new AbortController();
      let interrupted: number | null = null;
      const release = around.onInterrupt((exit) => {
        interrupted = exit;
        abort.abort();
      });
      const progress = new Progress(terminal, compiled.model_key);
      const run = await followTraining(folder, handle, { onEvent: progress.tell, signal: abort.signal, from });
      progress.end();
      release();
      const evaluation = run.status === "SUCCEEDED" ? await evaluated(folder) : null;
      const warning = evaluation && forecastWarning(evaluation, compiled.config);
      if (warning !== null) progress.tell({ kind: "warning", message: warning });
      const search = searchOf(folder);
      const { result: _, dataset: __, ...kept } = evaluation ?? { result: null, dataset: null };
      around.answer(
        {
          text: endOfRun(shown, statusOf(folder), evaluation, search),
          data: { ...statusOf(folder), evaluation: evaluation === null ? null : kept, search: search?.results ?? null },
          exit: interrupted ?? exitCodeOfRun(run.status),
        },
        terminal,
      );
    });
};

/** A detached or failed training is not evaluated: it does without the models. */
async function evaluated(folder: RunFolder): Promise<RunEvaluation> {
  const { evaluateRun } = await import("../../sdk/workflow/app/evaluate.js");
  return evaluateRun(folder);
}

/** What a dry run says: of a config, or of further data. */
function checked(config: string | undefined, options: TrainWords): Promise<Answer> {
  const { partialFit, out = null } = options;
  if (partialFit !== undefined) return checkPartialFit(partialFit, furtherData(config, options), out);
  return checkConfig(configOf(config, options), out);
}

/** @throws E_USAGE when no config was named, or data beside it */
function configOf(config: string | undefined, { data }: TrainWords): string {
  if (config === undefined) throw new DymadError("E_USAGE", "a config file is missing", { hint: "dymad train CONFIG" });
  if (data === undefined) return config;
  throw new DymadError("E_USAGE", "--data belongs to --partial-fit: a config names its own data", {
    hint: "write data.train.path in the config",
  });
}

/** @throws E_USAGE when no further data were named, or a config beside them */
function furtherData(config: string | undefined, { partialFit = "", data }: TrainWords): string {
  const hint = `dymad train --partial-fit ${quotedWord(partialFit)} --data FILE`;
  if (config !== undefined)
    throw new DymadError("E_USAGE", "further data go on as their run was trained: without a config", { hint });
  if (data === undefined) throw new DymadError("E_USAGE", "the further data are missing", { hint });
  return data;
}

/** Starts what was asked for: a config, or the rest of a run. */
async function begin(
  path: string | undefined,
  options: TrainWords,
  around: Surroundings,
): Promise<StartedTraining & { readonly from: number }> {
  const queue = options.maxRuns === undefined ? undefined : { limit: options.maxRuns };
  if (options.resume !== undefined) {
    const changed = [path, options.out, options.threads, options.force, options.dryRun, options.partialFit, options.data].some(
      (word) => word !== undefined,
    );
    if (changed) {
      throw new DymadError("E_USAGE", "a run is resumed as it was started: without a config or other options", {
        hint: `dymad train --resume ${quotedWord(options.resume)}`,
      });
    }
    return resumeTraining(openRun(options.resume), queue);
  }
  if (options.partialFit !== undefined) return { ...(await beginPartialFit(path, options, around, queue)), from: 0 };
  const config = configOf(path, options);
  const base = machineFiles.dirname(machineFiles.resolve(config));
  const file = readConfigFile(config, machineFiles);
  const started = await file.run(async (value) =>
    startTraining({
      request: value as TrainingRequest,
      physics: await configPhysics(value, base),
      base,
      out: options.out ?? null,
      replace: options.force ?? false,
      sourceConfig: machineFiles.resolve(config),
      command: around.typed,
      threads: options.threads ?? null,
      queue,
    }),
  );
  return { ...started, from: 0 };
}

/** Takes the file into the model of the run that was named. */
async function beginPartialFit(
  config: string | undefined,
  options: TrainWords,
  around: Surroundings,
  queue: TrainingQueue | undefined,
): Promise<StartedTraining> {
  const { partialFit = "", out = null, threads = null, force: replace = false } = options;
  const reference = { path: furtherData(config, options) };
  const { startPartialFit } = await import("../../sdk/workflow/app/partial-fit.js");
  const order = { out, command: around.typed, threads, replace, queue };
  return startPartialFit(openRun(partialFit), { reference, dataset: null }, order);
}
