import type { Command } from "commander";

export type Shell = "bash" | "zsh" | "fish";

export const shells: readonly Shell[] = ["bash", "zsh", "fish"];

interface Words {
  /** words that lead here, without the program's name */
  readonly path: readonly string[];
  readonly commands: readonly Command[];
  readonly options: readonly { readonly long: string; readonly description: string }[];
}

/** A script for a shell that completes the words of a program; files are completed wherever no word fits. */
export function completionScript(program: Command, shell: Shell): string {
  const all = wordsBelow(program, []);
  if (shell === "fish") return fishScript(program.name(), all);
  const bash = bashScript(program.name(), all);
  return shell === "bash" ? bash : `autoload -U +X bashcompinit && bashcompinit\n${bash}`;
}

function wordsBelow(command: Command, path: readonly string[]): Words[] {
  const options = command.options.flatMap(({ long, description, hidden }) => (long && !hidden ? [{ long, description }] : []));
  const here = { path, commands: command.commands, options: [...options, { long: "--help", description: "explain" }] };
  return [here, ...command.commands.flatMap((inner) => wordsBelow(inner, [...path, inner.name()]))];
}

function bashScript(name: string, all: readonly Words[]): string {
  const cases = all.map(({ path, commands, options }) => {
    const words = [...commands.map((one) => one.name()), ...options.map(({ long }) => long)];
    return `    "${path.join(" ")}") words="${words.join(" ")}" ;;`;
  });
  const groups = all.filter(({ path, commands }) => path.length > 0 && commands.length > 0).map(({ path }) => path.join(" "));
  const known = all.filter(({ path }) => path.length > 0).map(({ path }) => `"${path.join(" ")}"`);
  return `# words of ${name}; groups with commands of their own: ${groups.join(", ") || "none"}
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "\${path:+$path }$word" in
      ${known.join("|")}) path="\${path:+$path }$word" ;;
      *) break ;;
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _${name} ${name}
`;
}

function fishScript(name: string, all: readonly Words[]): string {
  const quoted = (text: string): string => `'${text.replace(/['\\]/g, "\\$&")}'`;
  const lines = all.flatMap(({ path, commands, options }) => {
    const inside = path.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    const others = commands.map((one) => one.name()).join(" ");
    const open = others === "" ? "" : `not __fish_seen_subcommand_from ${others}`;
    const words = commands.map((one) => {
      const condition = [inside, open].filter((part) => part !== "").join("; and ");
      return `complete -c ${name} -n ${quoted(condition)} -a ${one.name()} -d ${quoted(one.description())}`;
    });
    const condition = inside === "" ? "__fish_use_subcommand" : inside;
    const flags = options.map(
      ({ long, description }) => `complete -c ${name} -n ${quoted(condition)} -l ${long.slice(2)} -d ${quoted(description)}`,
    );
    return [...words, ...flags];
  });
  return `${lines.join("\n")}\n`;
}
