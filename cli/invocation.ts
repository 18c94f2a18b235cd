import { CommanderError } from "commander";
import { DymadError } from "../sdk/errors.js";
import { errorDocument, knownError } from "../sdk/workflow/app/error-document.js";
import { packageVersion } from "../sdk/workflow/executor/package-root.js";
import type { Surroundings } from "./command.js";
import { commandsFor } from "./commands/all.js";
import { errorText } from "./error-text.js";
import { exitCodeOf } from "./exit-code.js";
import { makeProgram } from "./program.js";
import { quotedWord } from "./quoted-word.js";

/** What one call of the command line needs of the process around it. */
export interface Machine {
  readonly cwd: string;
  /** whether a person looks at what `err` is given */
  readonly interactive: boolean;
  readonly columns: number;
  readonly debug: boolean;
  out(text: string): void;
  err(text: string): void;
  /** calls back with the exit status that a signal asks for; the returned function takes it back */
  onSignal(stop: (exit: number) => void): () => void;
}

/** Does what the words say, and tells the exit status; whatever goes wrong is written down, never thrown. */
export async function invoke(words: readonly string[], machine: Machine): Promise<number> {
  const wantsJson = words.includes("--json");
  let status = 0;
  /** Exit status of an interruption, when there was one. */
  let interruption: number | null = null;
  const around: Surroundings = {
    cwd: machine.cwd,
    typed: ["dymad", ...words].map(quotedWord).join(" "),
    terminal: (json) => ({ ...machine, json, interactive: machine.interactive && !json }),
    onInterrupt: (work) =>
      machine.onSignal((exit) => {
        interruption = exit;
        work(exit);
      }),
    answer({ text, data, exit = 0 }, terminal) {
      if (terminal.json) terminal.out(`${JSON.stringify({ ok: true, data })}\n`);
      else if (text !== "") terminal.out(`${text}\n`);
      status = exit;
    },
  };
  const output = { writeOut: machine.out, writeErr: wantsJson ? () => {} : machine.err };
  try {
    const program = makeProgram(packageVersion(), around, await commandsFor(words[0]));
    for (const command of [program, ...program.commands, ...program.commands.flatMap((c) => c.commands)])
      command.exitOverride().configureOutput(output);
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync(words, { from: "user" });
    return status;
  } catch (error) {
    const fault = faultOf(error);
    if (fault === null) return 0;
    const told = error instanceof CommanderError; // the parser has printed it
    if (wantsJson) machine.out(`${JSON.stringify(errorDocument(fault))}\n`);
    else if (!told) machine.err(`${errorText(fault, machine.cwd)}\n`);
    if (machine.debug && !told && error instanceof Error) machine.err(`${error.stack}\n`);
    return fault.code === "E_CANCELLED" && interruption !== null ? interruption : exitCodeOf(fault);
  }
}

/** Why a command did not work, or null when it has: the parser throws after help and version, too. */
function faultOf(error: unknown): DymadError | null {
  if (!(error instanceof CommanderError)) return knownError(error);
  if (error.exitCode === 0) return null;
  return new DymadError("E_USAGE", error.message.replace(/^error: /, ""), { hint: "see dymad help" });
}
