import { Option } from "commander";
import { DymadError } from "../../sdk/errors.js";
import { reproduceRun } from "../../sdk/workflow/app/reproduce.js";
import { statusOf } from "../../sdk/workflow/app/runs.js";
import { machineFiles } from "../../sdk/workflow/store/files.js";
import type { DefineCommand } from "../command.js";
import { Progress } from "../progress.js";
import { about, chosen, type RunWords } from "../run-argument.js";

export const defineReproduce: DefineCommand = (program, around) => {
  about(program, "reproduce", "run the recorded request of a run again and compare the bits", "dymad reproduce runs/first")
    .option("--out <directory>", "directory of the second run; default: beside the first, with -again")
    .addOption(
      new Option(
        "--data <role=file...>",
        "where data files are now, such as train=lti.npz; default where the run finds them",
      ).argParser(withFile),
    )
    .action(async (argument: string | undefined, options: RunWords & { out?: string; data?: Files }) => {
      const folder = chosen(argument, options);
      const terminal = around.terminal(options.json ?? false);
      const abort = new AbortController();
      let interrupted: number | null = null;
      const release = around.onInterrupt((exit) => {
        interrupted = exit;
        abort.abort();
      });
      const progress = new Progress(terminal, statusOf(folder).training_run.model_key);
      const reproduction = await reproduceRun(folder, {
        out: options.out ?? null,
        command: around.typed,
        data: options.data,
        onEvent: progress.tell,
        signal: abort.signal,
      });
      progress.end();
      release();
      const { comparisons, equal, run_dir, status } = reproduction;
      const lines = comparisons.map(({ what, original, again, equal: same }) =>
        same ? `equal      ${what} ${short(original)}` : `not equal  ${what} ${short(original)}, now ${short(again)}`,
      );
      const verdict = equal ? "reproduced: the same bits" : `not reproduced (the second run ${status})`;
      const text = [...lines, verdict, `run: ${machineFiles.relative(around.cwd, run_dir) || "."}`].join("\n");
      around.answer({ text, data: reproduction, exit: interrupted ?? (equal ? 0 : 1) }, terminal);
    });
};

type Files = Readonly<Record<string, string>>;

function withFile(typed: string, before: Files = {}): Files {
  const [, role, file] = /^([a-z]+)=(.+)$/.exec(typed) ?? [];
  if (role !== undefined && file !== undefined) return { ...before, [role]: file };
  throw new DymadError("E_USAGE", `--data must be a role and a file, got ${JSON.stringify(typed)}`, {
    hint: "for example --data train=lti.npz test=other.npz",
  });
}

const short = (hash: string | null): string => (hash === null ? "none" : hash.slice(0, 12));
