import { parse } from "csv-parse/browser/esm/sync";

/** Rows of texts as CSV (RFC 4180), a line each. */
export const writeCsvRows = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(quotedField).join(",")}\n`).join("");

const quotedField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The fields of every row, as they were written. */
export const readCsvRows = (text: string): string[][] => parse(text, { relax_column_count: true }) as string[][];

/** A number as a field: shortest text that reads back to the same number; inf, -inf and nan spelled out. */
export function numberField(x: number): string {
  if (Number.isFinite(x)) return Object.is(x, -0) ? "-0" : String(x);
  return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
}

export function fieldNumber(text: string): number {
  const spelled: Readonly<Record<string, number>> = {
    inf: Number.POSITIVE_INFINITY,
    "-inf": Number.NEGATIVE_INFINITY,
    nan: Number.NaN,
  };
  return spelled[text] ?? Number(text);
}
