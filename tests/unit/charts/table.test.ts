import fc from "fast-check";
import { expect, test } from "vitest";
import { leaderboardTable } from "../../../sdk/charts/leaderboard.js";
import { formatBytes, formatDuration, formatNumber, formatUncertain, listWords } from "../../../sdk/charts/numbers.js";
import { spectrumTable } from "../../../sdk/charts/spectrum-table.js";
import { csvTable, htmlTable, type Table, textTable } from "../../../sdk/charts/table.js";
import { expectClose, printed4 } from "../../tolerance.js";
import { co2Leaderboard, co2Spectrum } from "./samples.js";

test("a number reads back to four digits", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), (value) => {
      expectClose([Number(formatNumber(value))], [value], { ...printed4, atol: 0 });
    }),
  );
});

test.each([
  [0.0152345, "0.01523"],
  [0, "0"],
  [740, "740"],
  [1234567, "1.235e6"],
  [-0.00002, "-2.000e-5"],
  [Number.NaN, "–"],
  [Number.POSITIVE_INFINITY, "∞"],
  [null, "–"],
])("formatNumber(%s) is %s", (value, text) => expect(formatNumber(value)).toBe(text));

test.each([
  [0.01523, 0.0004, "0.0152 ± 0.0004"],
  [0.7152, 0.0123, "0.715 ± 0.012"],
  [1234.5, 20, "1235 ± 20"],
  [2.34567, 0, "2.346"],
])("formatUncertain(%s, %s) is %s", (value, uncertainty, text) => expect(formatUncertain(value, uncertainty)).toBe(text));

test.each([
  [0.0004, "0.40 ms"],
  [0.31, "310 ms"],
  [9.31, "9.3 s"],
  [59.99, "1 min 00 s"],
  [252, "4 min 12 s"],
  [7500, "2 h 05 min"],
  [200000, "2 d 08 h"],
  [Number.NaN, "–"],
])("%s seconds are %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

test("bytes and lists of words", () => {
  expect([formatBytes(512), formatBytes(20480), formatBytes(3.2e9)]).toEqual(["512 B", "20.5 kB", "3.20 GB"]);
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listWords)).toEqual(["", "a", "a and b", "a, b and c"]);
});

test("text: digits stand under each other, units in the header, the best one starred", () => {
  const table: Table = {
    columns: [{ title: "model" }, { title: "rmse", unit: "V", best: "min" }, { title: "residual" }],
    rows: [
      ["kbf", 0.0321, 3e-12],
      ["node", 0.1, 0.25],
      ["none", null, null],
    ],
  };
  expect(textTable(table).split("\n")).toEqual([
    "model  rmse (V)     residual",
    "-----  --------    ---------",
    "kbf      0.0321 *  3.000e-12",
    "node     0.1000     2.500e-1",
    "none          –            –",
  ]);
});

test("tiny numbers of like size share one exponent, named in the header", () => {
  const text = textTable({ columns: [{ title: "error", unit: "m" }], rows: [[1.5e-7], [12.25e-7]] });
  expect(text.split("\n").map((line) => line.trim())).toEqual(["error (1e-6 m)", "--------------", "0.150", "1.225"]);
});

test("a long table shows its head and how many more there are; its CSV holds all", () => {
  const table: Table = { columns: [{ title: "k" }], rows: Array.from({ length: 50 }, (_, k) => [k]) };
  expect(textTable(table, { maxRows: 10 }).split("\n").slice(-1)).toEqual(["40 more"]);
  expect(htmlTable(table, { maxRows: 10 })).toContain("40 more");
  expect(csvTable(table).trim().split("\n")).toHaveLength(51);
});

test("CSV keeps numbers exactly, quotes what must be, and lets no text act as a formula", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const field = csvTable({ columns: [{ title: "x" }], rows: [[value]] })
        .trim()
        .split("\n")[1];
      expect(Number(field)).toBe(value === 0 ? 0 : value);
    }),
  );
  const csv = csvTable({
    columns: [{ title: "name, first" }, { title: "v", unit: "s" }],
    rows: [
      ['say "hi"', { value: 1, uncertainty: 0.5 }],
      ["=1+1", null],
    ],
  });
  expect(csv).toBe('"name, first",v (s),v uncertainty\n"say ""hi""",1,0.5\n\'=1+1,,\n');
});

test("HTML: names are escaped, the best value is bold, numbers keep their full value for sorting", () => {
  const text = htmlTable({
    columns: [{ title: "<b>" }, { title: "e", best: "max" }],
    rows: [
      ["<script>alert(1)</script>", 1 / 3],
      ["b", -2],
    ],
  });
  expect(text).not.toContain("<script>");
  expect(text).toContain("&lt;b&gt;");
  expect(text).toContain(`data-value="${1 / 3}"><strong>0.333</strong>`);
});

test("a row that does not fit its columns is refused", () => {
  for (const write of [textTable, htmlTable, csvTable]) {
    expect(() => write({ columns: [{ title: "a" }], rows: [[1, 2]] })).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  }
});

test("the spectrum's table has one row per conjugate pair, most trustworthy first", () => {
  const { rows } = spectrumTable(co2Spectrum());
  expect(rows).toHaveLength(7);
  const residuals = rows.map((row) => row[5]);
  expect(residuals).toEqual([...residuals].sort((a, b) => Number(a) - Number(b)));
  expect(rows[6][6]).toBe("spurious");
});

test("the leaderboard's table has every column any candidate brings", () => {
  const { columns, rows } = leaderboardTable(co2Leaderboard());
  expect(columns.map(({ title }) => title)).toEqual(["#", "candidate", "RMSE", "parameters", "seconds"]);
  expect(rows[0].slice(0, 2)).toEqual([1, "Koopman model"]);
  expect(rows[5][2]).toBeNull();
});
