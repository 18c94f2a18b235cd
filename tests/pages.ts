import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** The written pages: what a reader finds beside the code. */

export const root = resolve(import.meta.dirname, "..");

/** Paths that a checkout does not have until something is built or linked; a page must not lead there. */
const made = ["docs/api", "dist", "node_modules"];
const isMade = (path: string): boolean =>
  made.some((folder) => path === folder || path.startsWith(`${folder}/`)) || path.includes("/node_modules");

function walk(path: string): string[] {
  if (isMade(path) || !existsSync(join(root, path))) return [];
  if (!statSync(join(root, path)).isDirectory()) return path.endsWith(".md") ? [path] : [];
  return readdirSync(join(root, path)).flatMap((name) => walk(`${path}/${name}`));
}

export const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "notebooks"].flatMap(walk);

const read = (page: string): string => readFileSync(join(root, page), "utf8");

/** A code fence: ```ts, or ```ts run when the docs test shall run it. */
export interface Fence {
  readonly page: string;
  readonly line: number;
  readonly language: "ts" | "js" | "sh";
  readonly run: boolean;
  readonly text: string;
  /** The lines that begin a command: no continuations, no bodies of here-documents, no blank lines. */
  readonly commands: string[];
}

export function fencesOf(page: string): Fence[] {
  const text = read(page);
  return [...text.matchAll(/^```(ts|js|sh)\b(.*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split("\n").length,
    language: match[1] as Fence["language"],
    run: /\brun\b/.test(match[2]),
    text: match[3],
    commands: match[3]
      .replace(/<<-?\s*'?(\w+)'?(.*)\n[\s\S]*?^\s*\1$/gm, "$2")
      .replace(/\\\n/g, " ")
      .split("\n")
      .filter((line) => line.trim() !== ""),
  }));
}

/** The text without code, in which brackets mean links. */
function prose(page: string): string {
  return read(page)
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/`[^`\n]*`/g, "");
}

/** Links to pages, files and anchors of the repository; addresses of the web are left out, for a test must not need it. */
export function linksOf(page: string): string[] {
  const pattern = /\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)|(?:href|src|srcset)="([^"]+)"/gm;
  return [...prose(page).matchAll(pattern)].map((m) => m[1] ?? m[2] ?? m[3]).filter((link) => !/^[a-z]+:/i.test(link));
}

/** Where a link leads: a file from the root, an anchor or "", and whether a fresh checkout has the file. */
export function targetOf(page: string, link: string): { file: string; anchor: string; published: boolean } {
  const [path, anchor = ""] = decodeURIComponent(link).split("#");
  const file = path === "" ? page : relative(root, resolve(root, dirname(page), path));
  return { file, anchor, published: existsSync(join(root, file)) && !isMade(file) && !file.startsWith("..") };
}

/** The anchors of a page as GitHub makes them: words in lower case, joined by hyphens, repeated ones numbered; and `id`s given by hand. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of read(page)
    .replace(/^```[\s\S]*?^```$/gm, "")
    .matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = words
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-");
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  for (const [, id] of read(page).matchAll(/\b(?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

/** Names of tests in a column of a table, in backquotes and without their endings, that belong to no file below `tests/`; "nothing" where none is named. */
export function lostTests(column: string): string[] {
  const names = [...column.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  if (names.length === 0) return ["nothing"];
  return names.filter((name) => !["ts", "test.ts"].some((ending) => existsSync(join(root, "tests", `${name}.${ending}`))));
}
