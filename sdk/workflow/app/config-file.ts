import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, stringify } from "yaml";
import { DymadError, type Issue } from "../../errors.js";
import type { Files } from "../store/files.js";

export interface Location {
  readonly file: string;
  /** from 1 */
  readonly line: number;
  readonly column: number;
}

/** A YAML (or JSON) file as it was written: its value, and where each part of it stands. */
export interface ConfigFile {
  readonly path: string;
  readonly value: unknown;
  /** the place of a path, or of the nearest part of it that was written */
  locate(path: readonly (string | number)[]): Location;
  /** Runs a piece of work on the value; issues of the errors it throws get their lines and columns. */
  run<T>(work: (value: unknown) => T): T;
}

/**
 * Reads a config file. Nothing is checked beyond the YAML itself.
 *
 * @throws  E_NOT_FOUND when there is no such file; E_FORMAT with line and column when it is not YAML, or is empty
 */
export function readConfigFile(path: string, files: Files): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(files.readText(path), { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file: path, line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    const issues = document.errors.map(
      (error): Issue => ({ code: "E_FORMAT", path: [], message: error.message, hint: "mend the YAML" }),
    );
    throw withLocations(
      DymadError.ofIssues(issues),
      document.errors.map((error) => place(error.pos[0])),
    );
  }
  if (document.contents === null)
    throw new DymadError("E_FORMAT", `${path} is empty`, { hint: "see dymad config schema, or docs/config.md" });
  const value = document.toJS() as unknown;
  const locate: ConfigFile["locate"] = (where) => place(offsetOf(document.contents, where));
  return { path, value, locate, run: (work) => locating(locate, () => work(value)) };
}

/** A value as the text of a config file, below lines of comment. */
export function configText(value: unknown, comment: readonly string[]): string {
  return [...comment.map((line) => `# ${line}`), stringify(value, { lineWidth: 120 })].join("\n");
}

function locating<T>(locate: ConfigFile["locate"], work: () => T): T {
  const explain = (error: unknown): unknown => {
    if (!(error instanceof DymadError) || error.data !== undefined) return error;
    // What is not about a word of the file has no place in it, and stands last.
    const placed = error.issues.map((issue) => ({ issue, at: issue.path.length > 0 ? locate(issue.path) : null }));
    const rank = (at: Location | null): number => (at === null ? Number.MAX_VALUE : at.line * 1e6 + at.column);
    placed.sort((a, b) => rank(a.at) - rank(b.at));
    const sorted = DymadError.ofIssues(placed.map(({ issue }) => issue));
    return withLocations(
      sorted,
      placed.map(({ at }) => at),
    );
  };
  try {
    const result = work();
    // A promise may bring the error later.
    return (result instanceof Promise ? result.catch((error: unknown) => Promise.reject(explain(error))) : result) as T;
  } catch (error) {
    throw explain(error);
  }
}

/** Offset of the deepest part of a path that was written: its key in a mapping, its value in a list. */
function offsetOf(root: Node | null, path: readonly (string | number)[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined || !isNode(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(part)];
      if (!isNode(item)) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}

/** What an error about a config file carries in `data`: the place of each issue, null for what is not about the file. */
export interface LocatedData {
  readonly locations: readonly (Location | null)[];
}

function withLocations(error: DymadError, locations: readonly (Location | null)[]): DymadError {
  return new DymadError(error.code, error.message, {
    path: error.path,
    issues: error.issues,
    data: { locations } satisfies LocatedData,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}
