import { DymadError } from "../sdk/errors.js";

export interface PromptWords {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly required: boolean }[];
}

interface Prompt extends PromptWords {
  readonly text: (given: Readonly<Record<string, string>>) => string;
}

const data = { name: "data", description: "data file, relative to the root of the server", required: true };
const test = { name: "test_data", description: "data file the model is never trained on", required: false };
const model = { name: "model", description: "model family; left out, choose one", required: false };

const list: readonly Prompt[] = [
  {
    name: "train_and_evaluate",
    title: "Train and evaluate a model",
    description: "From a data file to an evaluated model and a config that trains it again.",
    arguments: [data, test, model, { name: "goal", description: "what the model is for, in plain words", required: false }],
    text: ({
      data,
      test_data,
      model,
      goal,
    }) => `Train a model of the dynamics in ${data} and say how good it is.${goal ? ` It is for this: ${goal}.` : ""}

1. register_dataset_file ${data}${test_data ? ` and ${test_data}` : ""}; inspect_dataset. Say what you see: trajectories, states, control, step, noise, scales.
2. ${model ? `The model family is ${model}.` : "Choose a model family with list_training_capabilities; say why."} Read describe_training_capability before you write overrides, and write as few as you can: the profile is fitted to the data.
3. compile_training_request. If it is refused, mend every issue in one pass. Say which phases will run.
4. start_training_run; describe_training_run with wait_ms until it has ended. If it FAILED, tell code, message and hint and the end of the log, mend the request, and try once more.
5. evaluate_checkpoint on ${test_data || "the validation data"}, metric rollout_rmse. Compare the model with persistence and the linear baseline: a model that does not beat them is no success, and you say so.
6. draw_run_chart forecast and loss; write_run_report; export_run_config.
7. Report: handles of run, checkpoint and evaluation, the errors beside the baselines, where report and exported config lie, and the commands that train it again.`,
  },
  {
    name: "tune_model",
    title: "Tune a model",
    description: "A search over options of a model as one request, and what was found.",
    arguments: [data, model, { name: "options", description: "what may vary, in plain words", required: false }],
    text: ({ data, model, options }) => `Find good options of ${model || "a model"} for ${data} by one search.

1. register_dataset_file ${data}; inspect_dataset. describe_training_capability ${model || "of the family you choose"}.
2. Write overrides.cv: ${options ? `what may vary is ${options}.` : "vary two or three options that matter most; say why these."} A grid is param_grid with lists, { linspace } or { logspace }; ranges are search.mode with search.bounds (parity for integers, scale log for rates). Phases whose options are searched must be written in overrides.phases.
3. Validation: split.folds for several trajectories; split.time_frac with split.folds for one long series. Test data stay out of the search.
4. compile_training_request tells how many candidates there are; keep the time in mind. start_training_run, describe_training_run with wait_ms: search_progress tells trials and the best so far.
5. When it has ended: draw_run_chart leaderboard, evaluate_checkpoint on data the search has not seen.
6. Report the best candidate with its score and spread over the folds, how much worse the next ones are, whether the best lies at the edge of what was searched, and export_run_config.`,
  },
];

export const prompts: readonly PromptWords[] = list;

/** @throws E_NOT_FOUND when there is no such prompt; E_SPEC when an argument it needs is missing */
export function promptText(
  name: string,
  given: Readonly<Record<string, string>>,
): { readonly description: string; readonly text: string } {
  const prompt = list.find((one) => one.name === name);
  if (prompt === undefined) {
    throw new DymadError("E_NOT_FOUND", `there is no prompt ${JSON.stringify(name)}`, {
      hint: `the prompts are ${list.map((one) => one.name).join(", ")}`,
    });
  }
  const missing = prompt.arguments.filter((one) => one.required && !given[one.name]);
  if (missing.length > 0) {
    throw DymadError.ofIssues(
      missing.map((one) => ({ code: "E_SPEC", path: [one.name], message: "is missing", hint: one.description })),
    );
  }
  return { description: prompt.description, text: prompt.text(given) };
}
