import { type Table, textTable } from "../../charts/table.js";
import { inspectText } from "../text.js";

/** What a result that is plain data can do besides being data. */
export interface Telling {
  /** a line about the whole, the head of its table, and a line for each thing that has no rows there */
  describe(): string;
  /** its numbers in rows: for a terminal, a notebook, a data frame */
  table(): Table;
  /** what a reader of the numbers must know, a sentence each */
  readonly warnings: readonly string[];
}

/** How a kind of result is put into words and rows. */
interface Words<T> {
  readonly headline: (value: T) => string;
  readonly table: (value: T) => Table;
  /** lines below the table, about what has no rows in it */
  readonly further?: (value: T) => readonly string[];
  /** rows in the text, default 10 */
  readonly maxRows?: number;
}

/**
 * A kind of result that is plain data. Its values keep their fields, and JSON sees nothing else; printed, they say what they are; a
 * notebook knows them by their prototype.
 */
export class ResultKind<T extends object> {
  readonly prototype: T & Telling;

  /** @param base  prototype of what the kind is made of */
  constructor({ headline, table, further = () => [], maxRows = 10 }: Words<T>, base: object = Object.prototype) {
    const describe = function (this: T & Telling): string {
      const warned = this.warnings.map((message) => `\n  warning: ${message}`).join("");
      return [`${headline(this)}${warned}`, textTable(table(this), { maxRows }), ...further(this)].join("\n");
    };
    const methods = {
      warnings: [],
      describe,
      toString: describe,
      [inspectText]: describe,
      table(this: T): Table {
        return table(this);
      },
    };
    const hidden = Object.getOwnPropertyDescriptors(methods);
    for (const property of Object.values(hidden)) property.enumerable = false;
    this.prototype = Object.create(base, hidden);
  }

  /** The same data as a result of this kind, with warnings that are told beside them. */
  of(value: T, warnings: readonly string[] = []): T & Telling {
    const made = Object.assign(Object.create(this.prototype), value);
    return warnings.length === 0 ? made : Object.defineProperty(made, "warnings", { value: warnings });
  }
}
