#!/usr/bin/env node
import { CommanderError } from "commander";
import { codes, DymadError } from "../sdk/errors.js";
import { errorDocument, knownError } from "../sdk/workflow/app/error-document.js";
import { packageVersion } from "../sdk/workflow/executor/package-root.js";
import type { DefineCommand, Surroundings } from "./command.js";
import { errorText } from "./error-text.js";
import { exitCodeOf } from "./exit-code.js";
import { makeProgram } from "./program.js";
import { quotedWord } from "./quoted-word.js";
import type { Terminal } from "./terminal.js";

const words = process.argv.slice(2);
const wantsJson = words.includes("--json");

function makeTerminal(json: boolean): Terminal {
  return {
    json,
    interactive: process.stderr.isTTY === true && !json,
    columns: process.stderr.columns || 80, // a terminal without a size says 0
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  };
}

/** Exit status of an interruption, when there was one. */
let interruption: number | null = null;

const around: Surroundings = {
  cwd: process.cwd(),
  typed: ["dymad", ...words].map(quotedWord).join(" "),
  terminal: makeTerminal,
  onInterrupt(work) {
    const stop = (exit: number) => (): void => {
      interruption = exit;
      work(exit);
    };
    const [interrupted, terminated] = [stop(130), stop(143)];
    process.once("SIGINT", interrupted);
    process.once("SIGTERM", terminated);
    return () => void process.off("SIGINT", interrupted).off("SIGTERM", terminated);
  },
  answer({ text, data, exit = 0 }, terminal) {
    if (terminal.json) terminal.out(`${JSON.stringify({ ok: true, data })}\n`);
    else if (text !== "") terminal.out(`${text}\n`);
    process.exitCode = exit;
  },
};

/** Writes down why a command did not work, and chooses the exit status. */
function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    // Help and version are no failures; usage errors were printed by the parser.
    if (error.exitCode !== 0 && wantsJson) {
      const message = error.message.replace(/^error: /, "");
      process.stdout.write(`${JSON.stringify(errorDocument(new DymadError("E_USAGE", message, { hint: "see dymad help" })))}\n`);
    }
    process.exitCode = error.exitCode === 0 ? 0 : codes.E_USAGE.exit;
    return;
  }
  const known = knownError(error);
  if (wantsJson) process.stdout.write(`${JSON.stringify(errorDocument(known))}\n`);
  else process.stderr.write(`${errorText(known, around.cwd)}\n`);
  if (process.env.DYMAD_DEBUG === "1" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = known.code === "E_CANCELLED" && interruption !== null ? interruption : exitCodeOf(known);
}

// A reader that has seen enough (dymad log | head) closes the pipe: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

async function run(groups: readonly DefineCommand[]): Promise<void> {
  const program = makeProgram(packageVersion(), around, groups);
  for (const command of [program, ...program.commands, ...program.commands.flatMap((c) => c.commands)]) command.exitOverride();
  if (wantsJson) program.configureOutput({ writeErr: () => {} });
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync();
}

// A client waits for its server, and the other commands bring all of dymad along.
const loaded =
  words[0] === "mcp"
    ? import("./commands/mcp.js").then(({ defineMcp }) => [defineMcp])
    : import("./commands/all.js").then(({ allCommands }) => allCommands);
loaded.then(run).catch(fail);
