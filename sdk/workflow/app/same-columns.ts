import type { DatasetInspection } from "../../dynamics/data/inspect.js";
import type { Dataset } from "../../dynamics/data/series.js";
import { DymadError } from "../../errors.js";

/**
 * A table whose columns are some of those that a run was trained on, or these in another order, is not like its data: as many columns alone
 * would put one in the place of another. Names that have nothing in common are those of different sources, which may hold the same.
 *
 * @throws  E_DATA when names are shared and are not the same in the same order
 */
export function requireSameColumns(file: string, given: Dataset["names"], trained: Dataset["names"]): void {
  for (const [field, what] of [
    ["x", "states"],
    ["u", "controls"],
  ] as const) {
    const [has, wanted] = [given[field], trained[field]];
    if (has.join() === wanted.join() || !has.some((name) => wanted.includes(name))) continue;
    throw new DymadError("E_DATA", `${file} has the ${what} ${has.join(", ")}, the run was trained on ${wanted.join(", ")}`, {
      hint: "use data with the same columns, in the same order",
    });
  }
}

/** The names of the columns that were looked at. */
export function inspectedNames({ columns }: Pick<DatasetInspection, "columns">): Dataset["names"] {
  const of = (field: string): string[] => columns.filter((column) => column.field === field).map(({ name }) => name);
  return { x: of("x"), u: of("u") };
}
