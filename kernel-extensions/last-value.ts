import { inspectText } from "../sdk/fluent/text.js";
import { presentations } from "./present.js";

/** Stands for a value in the text that a kernel prints at the end of a cell. */
const mark = (index: number): string => `\u2063dymad:${index}\u2063`;
const whole = /^\u2063dymad:(\d+)\u2063\n$/;
const any = /\u2063dymad:(\d+)\u2063/g;

/**
 * Hears of values that a cell prints alone, as tslab prints the last expression of a cell: `console.log(value)` on the stream
 * of the cell. The text of such a value is a mark, and the mark is taken out of the stream again; a value among others keeps its text.
 *
 * @param hear  gets the value; what it returns is whether it will be shown
 */
export function hearPrinted(hear: (value: unknown) => void): void {
  const printed: { readonly value: unknown; readonly text: string }[] = [];
  for (const { prototype } of presentations) {
    const text = (value: unknown): string => (value instanceof Error ? (value.stack ?? String(value)) : String(value));
    Object.defineProperty(prototype, inspectText, {
      configurable: true,
      value(this: unknown): string {
        // Whoever inspects a value for itself wants its text; only what goes to the stream is taken out again.
        if (!/\bconsole\.log\b/.test(new Error().stack ?? "")) return text(this);
        printed.push({ value: this, text: text(this) });
        return mark(printed.length - 1);
      },
    });
  }
  let write = process.stdout.write;
  const filtered = (chunk: unknown, ...rest: unknown[]): boolean => {
    const alone = typeof chunk === "string" ? whole.exec(chunk) : null;
    if (alone !== null) {
      hear(printed[Number(alone[1])].value);
      return true;
    }
    const plain = typeof chunk === "string" ? chunk.replaceAll(any, (_, index: string) => printed[Number(index)].text) : chunk;
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
