import { checkRows, isUncertain, layout, numberOf } from "./_layout.js";
import { titleWithUnit } from "./axis.js";
import { Html, html } from "./html.js";

/** A number and its standard deviation or half width, in the same unit. */
export interface Uncertain {
  readonly value: number;
  readonly uncertainty: number;
}

/** What stands in a table: words, a number, a number with its uncertainty, or nothing. */
export type Cell = string | number | null | Uncertain;

export interface Column {
  readonly title: string;
  readonly unit?: string | null | undefined;
  /** significant digits, default 4 */
  readonly digits?: number | undefined;
  /** which value of the column is the best one, if any */
  readonly best?: "min" | "max" | undefined;
}

/** A table of results; every row has one cell per column. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface TableOptions {
  /** rows shown before "n more", default 20 */
  readonly maxRows?: number | undefined;
  /** HTML: styles in the cells themselves and no CSV beside them, for pages of others, default false */
  readonly inline?: boolean | undefined;
}

/**
 * A table as plain text: numbers right-aligned, the best value of a column starred.
 *
 * @throws   E_SHAPE when a row has not one cell per column
 */
export function textTable(table: Table, { maxRows = 20 }: TableOptions = {}): string {
  const columns = layout(table, maxRows).map(({ header, unit, cells, numeric, bestRow }) => {
    const head = unit === "" ? header : `${header} ${unit}`;
    const width = Math.max(head.length, ...cells.map((cell) => cell.length));
    // The star hangs to the right of its column, so that the digits stay under each other.
    const star = (row: number): string => (bestRow < 0 ? "" : row === bestRow ? " *" : "  ");
    const pad = (text: string, row: number): string => (numeric ? text.padStart(width) : text.padEnd(width)) + star(row);
    return [pad(head, -1), "-".repeat(width) + star(-1), ...cells.map(pad)];
  });
  const lines = (columns[0] ?? []).map((_, i) =>
    columns
      .map((column) => column[i])
      .join("  ")
      .trimEnd(),
  );
  return [...lines, ...moreLine(table, maxRows)].join("\n");
}

/**
 * A table as HTML: numbers right-aligned, best values bold. The page's script makes it sortable and copyable;
 * `data-csv` holds all rows, also those not shown.
 *
 * @throws   E_SHAPE when a row has not one cell per column
 */
export function htmlTable(table: Table, { maxRows = 20, inline = false }: TableOptions = {}): string {
  const columns = layout(table, maxRows);
  const align = (numeric: boolean): Html => {
    if (inline) return new Html(numeric ? ' style="text-align: right; white-space: nowrap"' : ' style="text-align: left"');
    return numeric ? new Html(' class="number"') : new Html("");
  };
  const unitStyle = inline ? new Html(' style="display: block; font-weight: normal"') : new Html("");
  const head = columns.map(({ header, unit, numeric }) => {
    const below = unit === "" ? null : html` <span class="unit"${unitStyle}>${unit}</span>`;
    return html`<th scope="col"${align(numeric)}>${header}${below}</th>`;
  });
  const body = shownRows(table, maxRows).map((row, i) => {
    const cells = columns.map((column, j) => {
      const value = numberOf(row[j]);
      const key = value === null ? "" : html` data-value="${value}"`;
      const text = column.numeric ? column.cells[i].replaceAll("-", "−") : column.cells[i];
      const shown = i === column.bestRow ? html`<strong>${text}</strong>` : text;
      return html`<td${align(column.numeric)}${key}>${shown}</td>`;
    });
    return html`<tr>${cells}</tr>\n`;
  });
  const more = moreLine(table, maxRows).map((line) => html`<tfoot><tr><td colspan="${columns.length}">${line}</td></tr></tfoot>`);
  const opening = inline ? html`<table>` : html`<table data-csv="${csvTable(table)}">`;
  return html`${opening}
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>${more}
</table>`.text;
}

/**
 * A table as CSV (RFC 4180): all rows, numbers in full precision, uncertainties in a column of their own.
 *
 * @throws   E_SHAPE when a row has not one cell per column
 */
export function csvTable(table: Table): string {
  const { header, rows } = plainTable(table);
  return [header, ...rows].map((line) => `${line.map(csvField).join(",")}\n`).join("");
}

/** What stands in a table without uncertainties. */
export type PlainCell = string | number | null;

/**
 * A table whose cells are single values: uncertainties stand in a column of their own beside that of their values.
 *
 * @throws   E_SHAPE when a row has not one cell per column
 */
export function plainTable(table: Table): {
  readonly header: readonly string[];
  readonly rows: readonly (readonly PlainCell[])[];
} {
  checkRows(table);
  const uncertain = table.columns.map((_, j) => table.rows.some((row) => isUncertain(row[j])));
  const header = table.columns.flatMap((column, j) => [
    csvTitle(column),
    ...(uncertain[j] ? [`${column.title} uncertainty`] : []),
  ]);
  const rows = table.rows.map((row) =>
    row.flatMap((cell, j) => {
      const value = isUncertain(cell) ? cell.value : cell;
      return [value, ...(uncertain[j] ? [isUncertain(cell) ? cell.uncertainty : null] : [])];
    }),
  );
  return { header, rows };
}

const csvTitle = ({ title, unit }: Column): string => titleWithUnit(title, unit);

function csvField(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // A spreadsheet would run a text that begins like a formula; a leading apostrophe makes it text.
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const shownRows = (table: Table, maxRows: number): readonly (readonly Cell[])[] => table.rows.slice(0, maxRows);

const moreLine = (table: Table, maxRows: number): string[] =>
  table.rows.length > maxRows ? [`${table.rows.length - maxRows} more`] : [];
