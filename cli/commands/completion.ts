import { Argument } from "commander";
import type { DefineCommand } from "../command.js";
import { completionScript, type Shell, shells } from "../completion-script.js";

export const defineCompletion: DefineCommand = (program, around) => {
  program
    .command("completion")
    .description("print a script by which a shell completes the words of dymad")
    .addArgument(new Argument("<shell>", "which").choices(shells))
    .addHelpText(
      "after",
      "\nExamples:\n  dymad completion bash >> ~/.bashrc\n  dymad completion fish > ~/.config/fish/completions/dymad.fish",
    )
    .action((shell: Shell) => {
      const script = completionScript(program, shell);
      around.answer({ text: script.trimEnd(), data: { shell, script } }, around.terminal(false));
    });
};
