import type { DefineCommand } from "../command.js";

/** The files of commands in the order of the help, each with the first words that it alone can answer. */
const files: readonly { readonly words: readonly string[]; readonly load: () => Promise<DefineCommand> }[] = [
  { words: ["quickstart"], load: async () => (await import("./quickstart.js")).defineQuickstart },
  { words: ["train"], load: async () => (await import("./train.js")).defineTrain },
  { words: ["status", "log", "cancel"], load: async () => (await import("./runs.js")).defineRuns },
  { words: ["eval", "report"], load: async () => (await import("./results.js")).defineResults },
  { words: ["forecast"], load: async () => (await import("./forecast.js")).defineForecast },
  { words: ["analyze"], load: async () => (await import("./analyze.js")).defineAnalyze },
  { words: ["list", "runs"], load: async () => (await import("./list.js")).defineList },
  { words: ["reproduce"], load: async () => (await import("./reproduce.js")).defineReproduce },
  { words: ["verify", "diff", "export"], load: async () => (await import("./records.js")).defineRecords },
  { words: ["config"], load: async () => (await import("./config.js")).defineConfig },
  { words: ["inspect", "sample"], load: async () => (await import("./data.js")).defineData },
  { words: ["registry", "describe"], load: async () => (await import("./registry.js")).defineRegistry },
  { words: ["doctor"], load: async () => (await import("./doctor.js")).defineDoctor },
  { words: ["mcp"], load: async () => (await import("./mcp.js")).defineMcp },
  { words: ["notebook"], load: async () => (await import("./notebook.js")).defineNotebook },
  // completion tells of every other
  { words: [], load: async () => (await import("./completion.js")).defineCompletion },
];

/**
 * The commands that a first word needs: those of its own file, because the others would bring all of dymad along; every one for
 * help, for a shell's completion and to suggest what a mistyped word may have meant.
 */
export function commandsFor(word?: string): Promise<readonly DefineCommand[]> {
  if (word === "--version") return Promise.resolve([]);
  const own = files.filter(({ words }) => word !== undefined && words.includes(word));
  return Promise.all((own.length > 0 ? own : files).map(({ load }) => load()));
}
