import type { Tool } from "./tool.js";

/** What a client is told when it connects. */
export const instructions = `dymad trains, evaluates and explores models of dynamics from data. A session:
register_dataset_file -> inspect_dataset -> describe_training_capability -> compile_training_request -> start_training_run
-> describe_training_run (wait_ms) until it has ended -> evaluate_checkpoint -> export_run_config.
Every tool answers { ok: true, data } or { ok: false, error: { code, message, path, hint, issues } }; issues are all the problems at once,
so mend them all and call again. Work with handles; paths are below the root and relative to it. Read dymad://guide for more.`;

/** The capability guide: how a session goes, and what every tool of this server does. */
export function guide(tools: readonly Tool[]): string {
  const has = (name: string): boolean => tools.some((tool) => tool.name === name);
  const start = has("start_training_run") ? "`compile_training_request`, then `start_training_run`" : "`start_model_training`";
  const evaluate = has("evaluate_checkpoint") ? "evaluate_checkpoint" : "evaluate_model";
  return `# Working with dymad

## A session

1. \`register_dataset_file\` gives a handle (\`ds_...\`); \`inspect_dataset\` tells sizes, sampling and ranges.
2. \`describe_training_capability\` tells what may stand in the overrides of a model family, and how to get from plain words to them.
3. ${start}. A training is a process of its own; it goes on when the server stops.
4. \`describe_training_run\` with \`wait_ms\`, until the status is SUCCEEDED, FAILED or CANCELLED; \`read_training_run_log\` meanwhile.
   A FAILED run says why (\`failure.code\`, \`message\`, \`hint\`); \`cancel_training_run\` ends one and keeps its best model.
5. \`${evaluate}\` on data the model has not seen. RMSE alone says little: compare with the baselines in \`table\`.
6. \`write_run_report\`, \`draw_run_chart\`, \`export_run_config\`; \`verify_run\` and \`trace_lineage\` tell whether files are what they were.

## Rules

- Errors carry every problem at once. Mend all of them, then call again; one repair is usually enough.
- A search over options is \`overrides.cv\` of one request, not many runs: see the prompt \`tune_model\`.
- Long work of the server itself (evaluation, forecast, chart, report) answers a \`job\` when it takes longer than \`wait_ms\`: poll it with \`describe_job\`.
- The same call on the same files gives the same handles and the same bits.
- What is not in the list below cannot be done here. Do not guess paths, and do not write into run directories.

## Tools

${tools.map(({ name, description }) => `- \`${name}\`: ${description}`).join("\n")}
`;
}
