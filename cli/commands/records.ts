import { formatNumber } from "../../sdk/charts/numbers.js";
import { textTable } from "../../sdk/charts/table.js";
import { type Difference, diffRuns } from "../../sdk/workflow/app/diff-runs.js";
import { exportConfig } from "../../sdk/workflow/app/export-config.js";
import { openRun } from "../../sdk/workflow/app/runs.js";
import { verifyRun } from "../../sdk/workflow/app/verify-run.js";
import type { DefineCommand } from "../command.js";
import { about, chosen, type RunWords } from "../run-argument.js";

/** Commands about what runs have recorded. */
export const defineRecords: DefineCommand = (program, around) => {
  about(program, "verify", "compare a run with what it has recorded: files, request, records", "dymad verify runs/first").action(
    (argument: string | undefined, options: RunWords) => {
      const verification = verifyRun(chosen(argument, options));
      const { ok, checks } = verification;
      const wrong = checks.flatMap(({ what, problem }) => (problem === null ? [] : [`not as recorded  ${what}: ${problem}`]));
      const text = [...wrong, ok ? `as recorded: ${checks.length} checks` : `${wrong.length} of ${checks.length} checks failed`];
      around.answer({ text: text.join("\n"), data: verification, exit: ok ? 0 : 1 }, around.terminal(options.json ?? false));
    },
  );

  program
    .command("diff")
    .description("what two runs differ in: request, data, build, metrics")
    .argument("<first>", "run directory or run_ handle")
    .argument("<second>", "run directory or run_ handle")
    .option("--json", "answer with one JSON document")
    .addHelpText("after", "\nExample:\n  dymad diff runs/first runs/second")
    .action((first: string, second: string, options: { json?: boolean }) => {
      const comparison = diffRuns(openRun(first), openRun(second));
      const { same_request, same_checkpoint, differences } = comparison;
      const columns = [{ title: "what" }, { title: first }, { title: second }];
      const rows = differences.map((one) => [one.what, shown(one.first), shown(one.second)]);
      const text = [
        ...(rows.length === 0 ? [] : [textTable({ columns, rows }, { maxRows: rows.length }), ""]),
        `${same_request ? "the same request" : "different requests"}, ${same_checkpoint ? "the same checkpoint" : "different checkpoints"}`,
      ];
      around.answer({ text: text.join("\n"), data: comparison }, around.terminal(options.json ?? false));
    });

  about(
    program,
    "export",
    "the request of a run as a config that trains it again, bit for bit",
    "dymad export runs/first --out again.yaml",
  )
    .option("--out <file>", "YAML file to write; default the terminal")
    .action((argument: string | undefined, options: RunWords & { out?: string }) => {
      const exported = exportConfig(chosen(argument, options), options.out ?? null);
      const text = exported.path === null ? exported.text.trimEnd() : `wrote ${exported.path}`;
      around.answer({ text, data: exported }, around.terminal(options.json ?? false));
    });
};

/** A value in a cell. */
function shown(value: Difference["first"]): string {
  if (value === undefined) return "-";
  if (typeof value === "number") return formatNumber(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
