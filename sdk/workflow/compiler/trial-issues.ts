import type { Parameters } from "../../dynamics/tuning/parameter.js";
import type { Issue } from "../../errors.js";
import { canonicalJson } from "../../formats/canonical.js";
import type { SearchPlan } from "./read-search.js";
import type { SearchKey } from "./search-keys.js";
import { type Path, quoted } from "./shape.js";

interface Noted {
  readonly issue: Issue;
  readonly params: Parameters;
  /** the key whose value it is about; null when it is about the rest of the request */
  readonly key: SearchKey | null;
  count: number;
}

/**
 * What is wrong with the trials of a search, each problem once: under the searched key when it is about its value, else where it
 * stands, with the combination that has it unless all have.
 */
export class TrialIssues {
  readonly #plan: SearchPlan;
  readonly #noted = new Map<string, Noted>();
  #trials = 0;

  constructor(plan: SearchPlan) {
    this.#plan = plan;
  }

  noteSuccess(): void {
    this.#trials++;
  }

  note(params: Parameters, issues: readonly Issue[]): void {
    this.#trials++;
    for (const issue of issues) {
      const key = this.#keyOf(issue.path);
      const value = key === null ? "" : canonicalJson(params[key.key] ?? null);
      const name = `${issue.path.join(".")}\n${issue.message}\n${value}`;
      const known = this.#noted.get(name);
      if (known) known.count++;
      else this.#noted.set(name, { issue, params, key, count: 1 });
    }
  }

  all(): Issue[] {
    return [...this.#noted.values()].map(({ issue, params, key, count }) => {
      if (key !== null)
        return { ...issue, path: this.#placeOf(key, params), message: `${key.key} ${quoted(params[key.key])}: ${issue.message}` };
      if (count === this.#trials) return issue;
      const names = this.#plan.keys.map((one) => `${one.key} ${quoted(params[one.key])}`);
      return { ...issue, message: `${issue.message} (with ${names.join(", ")})` };
    });
  }

  /** The searched key an issue is about: the longest whose place holds the issue's, or is held by it. */
  #keyOf(path: Path): SearchKey | null {
    const related = this.#plan.keys.filter((key) => begins(path, key.path) || begins(key.path, path));
    return related.reduce<SearchKey | null>((a, b) => (a === null || b.path.length > a.path.length ? b : a), null);
  }

  /** Where the value was written: its place in a list, else the key. */
  #placeOf({ key, place }: SearchKey, params: Parameters): Path {
    const i = this.#plan.written[key]?.findIndex((value) => canonicalJson(value) === canonicalJson(params[key])) ?? -1;
    return i < 0 ? place : [...place, i];
  }
}

const begins = (path: Path, start: Path): boolean => start.every((part, i) => path[i] === part);
