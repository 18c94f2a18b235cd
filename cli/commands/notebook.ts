import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { codes, DymadError } from "../../sdk/errors.js";
import type { DefineCommand } from "../command.js";

export const defineNotebook: DefineCommand = (program, around) => {
  program
    .command("notebook")
    .description("set up Jupyter's kernel TypeScript (dymad), and open a folder of notebooks")
    .argument("[folder]", "notebooks to open", ".")
    .option("--check", "only tell what is there and what is missing")
    .option("--no-open", "set up the kernel and leave it at that")
    .option("--json", "answer with one JSON document")
    .addHelpText("after", "\nExamples:\n  dymad notebook --check\n  dymad notebook notebooks")
    .action(async (folder: string, options: { check?: boolean; open: boolean; json?: boolean }) => {
      const { examineNotebook, installKernel, linkCheckout } = await import("../../kernel-extensions/notebook-setup.js");
      const terminal = around.terminal(options.json ?? false);
      if (!options.check) linkCheckout(resolve(folder));
      const report = examineNotebook(resolve(folder));
      const missing = report.parts.filter(({ name, ok }) => !ok && (options.check || name !== "kernel"));
      if (options.check) {
        const exit = missing.length === 0 ? 0 : codes.E_NOT_FOUND.exit;
        around.answer({ text: report.parts.map(partText).join("\n"), data: { parts: report.parts }, exit }, terminal);
        return;
      }
      if (report.kernelspec === null || report.tslab === null || report.dymad === null) {
        throw DymadError.ofIssues(
          missing.map(({ name, found, remedy }) => ({
            code: "E_NOT_FOUND",
            path: [name],
            message: found,
            hint: `type: ${remedy}`,
          })),
        );
      }
      const kernelspec = installKernel({ ...report, kernelspec: report.kernelspec, tslab: report.tslab });
      around.answer({ text: `kernel TypeScript (dymad): ${kernelspec}`, data: { kernelspec } }, terminal);
      if (options.open) await opened(folder);
    });
};

/** JupyterLab in a folder, until it is closed. */
function opened(folder: string): Promise<void> {
  return new Promise((done) => {
    const lab = spawn("jupyter", ["lab", "--notebook-dir", resolve(folder)], { stdio: "inherit" });
    lab.on("close", () => done());
  });
}

const partText = ({ name, ok, found, remedy }: { name: string; ok: boolean; found: string; remedy: string | null }): string =>
  `${name.padEnd(10)} ${ok ? "yes" : "no"}: ${found}${remedy === null ? "" : `\n${"".padEnd(10)} help: ${remedy}`}`;
