import { Option } from "commander";
import { cancel, logOf, statusOf } from "../../sdk/workflow/app/runs.js";
import type { RunFolder } from "../../sdk/workflow/executor/run-folder.js";
import type { DefineCommand, Surroundings } from "../command.js";
import { exitCodeOfRun } from "../exit-code.js";
import { count } from "../option-value.js";
import { about, chosen, type RunWords } from "../run-argument.js";
import { statusText } from "../run-text.js";
import type { Terminal } from "../terminal.js";

export const defineRuns: DefineCommand = (program, around) => {
  about(program, "status", "tell how a run is", "dymad status runs/first")
    .option("--exit-status", "exit 1 when the run has failed, 6 when it was cancelled")
    .action((argument: string | undefined, options: RunWords & { exitStatus?: boolean }) => {
      const status = statusOf(chosen(argument, options));
      const exit = options.exitStatus ? exitCodeOfRun(status.training_run.status) : 0;
      around.answer({ text: statusText(status), data: status, exit }, around.terminal(options.json ?? false));
    });

  about(program, "log", "print the log of a run", "dymad log runs/first --follow")
    .option("--follow", "go on until the run has ended")
    .addOption(new Option("--tail <lines>", "only the last lines").argParser(count))
    .addOption(new Option("--offset <bytes>", "from a byte of the log on").argParser(count))
    .action(async (argument: string | undefined, options: RunWords & { follow?: boolean; tail?: number; offset?: number }) => {
      const folder = chosen(argument, options);
      const terminal = around.terminal(options.json ?? false);
      if (options.follow) return follow(folder, options.offset ?? 0, terminal, around);
      let offset = options.offset ?? 0;
      let text = "";
      let chunk = logOf(folder, offset);
      for (;;) {
        text += chunk.text;
        offset = chunk.next_offset;
        if (chunk.caught_up) break;
        chunk = logOf(folder, offset);
      }
      const shown = options.tail === undefined ? text : lastLines(text, options.tail);
      around.answer(
        { text: shown.replace(/\n$/, ""), data: { ...chunk, text: shown, next_offset: offset, eof: true } },
        terminal,
      );
    });

  about(program, "cancel", "stop a run; it keeps the best model so far", "dymad cancel runs/first").action(
    (argument: string | undefined, options: RunWords) => {
      const folder = chosen(argument, options);
      cancel(folder);
      around.answer(
        { text: "the run stops after its present epoch", data: statusOf(folder) },
        around.terminal(options.json ?? false),
      );
    },
  );
};

/** Prints what the log gains until the run has ended; with --json one chunk a line. */
async function follow(folder: RunFolder, start: number, terminal: Terminal, around: Surroundings): Promise<void> {
  let offset = start;
  for (;;) {
    const chunk = logOf(folder, offset);
    offset = chunk.next_offset;
    if (chunk.text !== "") terminal.out(terminal.json ? `${JSON.stringify({ ...chunk, eof: chunk.caught_up })}\n` : chunk.text);
    if (chunk.caught_up && chunk.run_terminal) break;
    if (chunk.caught_up) await new Promise((done) => setTimeout(done, 200));
  }
  const status = statusOf(folder);
  around.answer(
    {
      text: "",
      data: { status: status.training_run.status, next_offset: offset },
      exit: exitCodeOfRun(status.training_run.status),
    },
    terminal,
  );
}

function lastLines(text: string, lines: number): string {
  const all = text.replace(/\n$/, "").split("\n");
  return lines === 0 ? "" : `${all.slice(-lines).join("\n")}\n`;
}
