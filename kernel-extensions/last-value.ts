import { DymadError } from "../sdk/errors.js";
import { inspectText } from "../sdk/fluent/text.js";
import { presentations } from "./present.js";
import { errorText } from "./views/error-view.js";

/** Stands for a value in the text that a kernel prints at the end of a cell. */
const mark = (index: number): string => `\u2063dymad:${index}\u2063`;
const whole = /^\u2063dymad:(\d+)\u2063\n$/;
const any = /\u2063dymad:(\d+)\u2063/g;

/**
 * Hears of values that a cell prints alone, as tslab prints the last expression of a cell: `console.log(value)` on the stream
 * of the cell. The text of such a value is a mark, and the mark is taken out of the stream again; a value among others keeps its text.
 *
 * @param hear  gets the value
 */
export function hearPrinted(hear: (value: unknown) => void): void {
  const printed = new Map<number, { readonly value: unknown; readonly text: string }>();
  let count = 0;
  /** Each mark is read once. */
  const taken = (index: string): { readonly value: unknown; readonly text: string } | undefined => {
    const found = printed.get(Number(index));
    printed.delete(Number(index));
    return found;
  };
  for (const { prototype } of presentations) {
    const text = (value: unknown): string => (value instanceof DymadError ? errorText(value) : String(value));
    Object.defineProperty(prototype, inspectText, {
      configurable: true,
      value(this: unknown): string {
        // Whoever inspects a value for itself wants its text; only what goes to the stream is taken out again.
        if (!/\bconsole\.log\b/.test(new Error().stack ?? "")) return text(this);
        printed.set(count, { value: this, text: text(this) });
        return mark(count++);
      },
    });
  }
  let write = process.stdout.write;
  const filtered = (chunk: unknown, ...rest: unknown[]): boolean => {
    const alone = typeof chunk === "string" ? whole.exec(chunk) : null;
    if (alone !== null) {
      hear(taken(alone[1])?.value);
      return true;
    }
    const plain = typeof chunk === "string" ? chunk.replaceAll(any, (_, index: string) => taken(index)?.text ?? "") : chunk;
    return (write as (...words: unknown[]) => boolean).call(process.stdout, plain, ...rest);
  };
  // The kernel puts a new stream in place for every cell.
  Object.defineProperty(process.stdout, "write", {
    configurable: true,
    get: () => filtered,
    set: (stream: typeof write) => {
      write = stream;
    },
  });
}
