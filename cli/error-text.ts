import { type DymadError, type Issue, pathText } from "../sdk/errors.js";
import type { LocatedData, Location } from "../sdk/workflow/app/config-file.js";

/** An error as the terminal shows it; several problems are numbered. */
export function errorText(error: DymadError, cwd: string): string {
  const locations = (error.data as LocatedData | undefined)?.locations ?? [];
  const texts = error.issues.map((issue, i) => issueText(issue, locations[i], cwd));
  if (texts.length === 1) return texts[0];
  return `${texts.length} problems\n${texts.map((text, i) => `${i + 1}. ${text.replaceAll("\n", "\n   ")}`).join("\n")}`;
}

function issueText({ code, path, message, hint }: Issue, location: Location | null | undefined, cwd: string): string {
  const place = pathText(path);
  const lines = [`error[${code}] ${place === "" ? "" : `${place}: `}${message}`];
  if (location) {
    const file = location.file.startsWith(`${cwd}/`) ? location.file.slice(cwd.length + 1) : location.file;
    lines.push(`  at ${file}:${location.line}:${location.column}`);
  }
  if (hint !== undefined) lines.push(`  help: ${hint}`);
  return lines.join("\n");
}
