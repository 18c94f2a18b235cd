import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DymadError } from "../../../sdk/errors.js";
import { readCsv } from "../../../sdk/formats/csv.js";
import type { ColumnRoles } from "../../../sdk/formats/roles.js";

const problems = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    return (error as DymadError).issues.map(({ code, message }) => `${code}: ${message}`);
  }
  return [];
};

describe("the default header", () => {
  test("columns play the part their name says, whatever their order in the file", () => {
    const text = "u1,x2,t,traj,x1,p1,note\n7,2,0,b,1,5,hello\n8,4,1,b,3,5,\n9,6,0,a,5,6,\n";
    const { trajectories, names } = readCsv(text);
    expect(names).toEqual({ x: ["x1", "x2"], u: ["u1"] });
    expect(trajectories.map(({ t, x, u, y, p }) => [Array.from(t), x.toRows(), u?.toRows(), y, p && Array.from(p)])).toEqual([
      [
        [0, 1],
        [
          [1, 2],
          [3, 4],
        ],
        [[7], [8]],
        null,
        [5],
      ],
      [[0], [[5, 6]], [[9]], null, [6]],
    ]);
  });

  test("x10 comes after x2, and a lone letter is a column too", () => {
    const header = Array.from({ length: 10 }, (_, i) => `x${10 - i}`).join(",");
    expect(readCsv(`${header}\n${"0,".repeat(9)}0`, { dt: 1 }).names.x[9]).toBe("x10");
    expect(readCsv("u,x\n1,2", { dt: 1 }).names).toEqual({ x: ["x"], u: ["u"] });
  });

  test("numbers written as text come back to the last bit", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 }), (values) => {
        const { trajectories } = readCsv(`x1\r\n${values.join("\r\n")}\r\n`, { dt: 0.5 });
        expect(trajectories[0].x.data).toEqual(Float64Array.from(values, (v) => v || 0));
        expect(trajectories[0].t).toEqual(Float64Array.from(values, (_, k) => k * 0.5));
      }),
    );
  });

  test("a text without quotes is read as the same text with quotes", () => {
    const cell = fc.constantFrom("1", "-2.5e3", " 7 ", "", "abc");
    const row = fc.array(cell, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), fc.constantFrom("\n", "\r\n"), (rows, end) => {
        const outcome = (header: string): unknown => {
          const text = [header, ...rows.map((cells) => cells.join(","))].join(end);
          const read = problems(() => readCsv(text, { dt: 1 }));
          return read.length > 0 ? read : readCsv(text, { dt: 1 });
        };
        expect(outcome("x1,u1,note")).toEqual(outcome('"x1",u1,note'));
      }),
    );
  });

  test("a byte order mark, semicolons and tabs are understood", () => {
    expect(readCsv("\ufefft;x1\n0;1\n1;2").trajectories[0].x.toRows()).toEqual([[1], [2]]);
    expect(readCsv("t\tx1\n0\t1\n1\t2").trajectories[0].x.toRows()).toEqual([[1], [2]]);
  });
});

describe("named columns", () => {
  // the shape of a benchmark record: a constant filled in its first row only, and an empty sixth column
  const tanks = '"uEst","uVal","yEst","yVal","Ts",\n3.2567,0.97619,5.205,4.9728,4,\n3.2466,0.99921,5.2154,4.9722,,\n';

  test("columns that are not named may be half empty", () => {
    const { trajectories, names } = readCsv(tanks, { columns: { x: ["yEst"], u: ["uEst"] }, dt: 4 });
    expect(names).toEqual({ x: ["yEst"], u: ["uEst"] });
    expect(trajectories.map(({ t, x }) => [Array.from(t), x.toRows()])).toEqual([
      [
        [0, 4],
        [[5.205], [5.2154]],
      ],
    ]);
  });

  test("a half-empty column that is named is refused by name, count and line", () => {
    expect(problems(() => readCsv(tanks, { columns: { x: ["yEst", "Ts"] }, dt: 4 }))).toEqual([
      'E_DATA: column "Ts" of the CSV text: 1 of 2 cells is empty or no finite number, first on line 3 (empty)',
    ]);
  });

  test("roles may come from a file of settings: one name is a list of one, and what is wrong is named", () => {
    const columns = (value: unknown) => ({ columns: value as ColumnRoles, dt: 4 });
    expect(readCsv(tanks, columns({ x: "yEst", u: null })).names).toEqual({ x: ["yEst"], u: [] });
    expect(problems(() => readCsv(tanks, columns({ X: ["yEst"], uu: "uEst", u: [3], t: ["Ts", "uVal"] })))).toEqual([
      'E_SPEC: columns has no role "X"',
      'E_SPEC: columns has no role "uu"',
      "E_SPEC: columns.u must be a list of column names, got [3]",
      'E_SPEC: columns.t must be the name of one column, got ["Ts","uVal"]',
      "E_SPEC: columns.x names no column",
    ]);
  });

  test("cells that are not clean can be kept as NaN", () => {
    expect(readCsv("t,x1\n0,1\n1,", { keepNaN: true }).trajectories[0].x.toRows()).toEqual([[1], [Number.NaN]]);
  });
});

describe("refusals", () => {
  test("all problems come at once", () => {
    const text = "t,x1,x2,p1\n0,1,2,3\n\n1,oops,2,4\n2,1,inf,3,9\n";
    expect(problems(() => readCsv(text, { where: "run.csv" }))).toEqual([
      "E_FORMAT: line 5 of run.csv has 5 cells, the header has 4",
      'E_DATA: column "x1" of run.csv: 1 of 3 cells is empty or no finite number, first on line 4 ("oops")',
      'E_DATA: column "x2" of run.csv: 1 of 3 cells is empty or no finite number, first on line 5 ("inf")',
      'E_DATA: parameter "p1" of run.csv changes within a trajectory: 3, then 4 on line 4',
    ]);
  });

  test("missing columns and a missing dt are named together", () => {
    expect(problems(() => readCsv("a,b\n1,2", { columns: { x: ["a", "c"], t: "time", u: ["d"] } }))).toEqual([
      'E_SPEC: the CSV text has no column "time"',
      'E_SPEC: the CSV text has no column "c"',
      'E_SPEC: the CSV text has no column "d"',
    ]);
    expect(problems(() => readCsv("a,b\n1,2"))).toEqual([
      "E_FORMAT: the CSV text has no columns x1, x2, ...; its columns are a, b",
      "E_SPEC: the CSV text has no time column and no dt was given",
    ]);
  });

  test("an empty text, a lone header, an open quote and a doubled column", () => {
    expect(problems(() => readCsv(""))[0]).toMatch(/E_FORMAT: the CSV text is empty/);
    expect(problems(() => readCsv("t,x1\n"))[0]).toMatch(/E_DATA: the CSV text has a header and no rows/);
    expect(problems(() => readCsv('t,x1\n0,"1'))[0]).toMatch(/E_FORMAT: .*line 2/);
    expect(problems(() => readCsv("t,x1,x1\n0,1,2"))[0]).toMatch(/E_FORMAT: .*2 columns named "x1"/);
    expect(problems(() => readCsv("traj,t,x1\n1,0,1\n,1,2"))[0]).toMatch(/E_DATA: column "traj" .* line 3/);
    expect(problems(() => readCsv("x1\n1", { dt: 0 }))[0]).toMatch(/E_SPEC: dt must be a positive number, got 0/);
  });
});
