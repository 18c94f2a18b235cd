import { lastLines } from "../../workflow/app/runs.js";
import { inspectText } from "../text.js";

/** The log of a run: a text that a notebook shows as one. */
export class Log {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    Object.freeze(this);
  }

  /** The last lines. */
  tail(lines: number): string {
    return lastLines(this.text, lines);
  }

  toString(): string {
    return this.text;
  }

  [inspectText](): string {
    return this.text;
  }
}
