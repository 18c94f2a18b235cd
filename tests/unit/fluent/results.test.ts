import { inspect } from "node:util";
import { expect, test } from "vitest";
import { textTable } from "../../../sdk/charts/table.js";
import { modes } from "../../../sdk/dynamics/spectral/modes.js";
import { koopmanSpectrum } from "../../../sdk/dynamics/spectral/spectrum.js";
import { dymad } from "../../../sdk/fluent/dymad.js";
import { Log } from "../../../sdk/fluent/results/log.js";
import { modesKind, spectrumKind } from "../../../sdk/fluent/results/spectral.js";
import { Matrix } from "../../../sdk/numerics/linalg/matrix.js";

const A = Matrix.from([
  [0.9, 0.2],
  [-0.2, 0.9],
]);
const P0 = Matrix.from(Array.from({ length: 12 }, (_, k) => [Math.cos(k), Math.sin(2 * k)]));
const plain = koopmanSpectrum({ A, P0, P1: P0.multiply(A.transpose()), dt: 1, timeDomain: "discrete" });
const spectrum = spectrumKind.of(plain);

test("printed, a result says what it is and shows the head of its table", () => {
  expect(inspect(spectrum)).toMatch(/^Spectrum of 2 eigenvalues in discrete time, 2 confirmed by the data\n +Re λ +± Im λ/);
  expect([`${spectrum}`, spectrum.describe()]).toEqual([inspect(spectrum), inspect(spectrum)]);
  expect(inspect(spectrum)).toContain(textTable(spectrum.table()));
  expect(inspect(dymad.list("losses"))).toMatch(/^4 losses\nkey +what it is/);
  expect(inspect(dymad.describe("DKBF"))).toMatch(/^kbf, Koopman bilinear form.*koopman_dimension +integer/s);
  expect(inspect(new Log("one\ntwo\n"))).toBe("one\ntwo\n");
});

test("modes show the residual of the eigenvalue that each goes on with", () => {
  const shown = modesKind.of(
    Object.assign(modes(plain), { points: plain.points, space: "latent" as const, names: ["z1", "z2"] }),
  );
  const { columns, rows } = shown.table();
  expect(columns.map(({ title }) => title)).toEqual(["growth rate", "frequency", "residual", "|z1|", "|z2|"]);
  expect(rows.map((row) => row[2])).toEqual(plain.points.map(({ residual }) => residual));
});

test("a constant observable is not counted as confirmed: its eigenvalue is 1 by construction", () => {
  const withOne = Matrix.from(P0.toRows().map((row) => [...row, 1]));
  const still = Matrix.from([...A.toRows().map((row) => [...row, 0]), [0, 0, 1]]);
  const found = koopmanSpectrum({
    A: still,
    P0: withOne,
    P1: withOne.multiply(still.transpose()),
    dt: 1,
    timeDomain: "discrete",
  });
  expect(found.points.map(({ flag }) => flag)).toContain("constant");
  expect(inspect(spectrumKind.of(found))).toMatch(/^Spectrum of 3 eigenvalues in discrete time, 2 confirmed/);
});

test("warnings stand between the headline and the numbers, beside the data and not in them", () => {
  const warned = spectrumKind.of(plain, ["one sample is not a state", "too few samples"]);
  expect(inspect(warned).split("\n").slice(1, 3)).toEqual(["  warning: one sample is not a state", "  warning: too few samples"]);
  expect([warned.warnings.length, spectrum.warnings]).toEqual([2, []]);
  expect(JSON.stringify(warned)).toBe(JSON.stringify(plain));
});

test("it stays plain data: JSON, keys, copies and comparisons see nothing else", () => {
  expect(JSON.stringify(spectrum)).toBe(JSON.stringify(plain));
  expect(Object.keys(spectrum)).toEqual(Object.keys(plain));
  expect({ ...spectrum }).toStrictEqual(plain);
  expect(inspect(plain)).not.toMatch(/^Spectrum/);
});

test("what cannot be listed is refused with the nearest kind", () => {
  expect(() => dymad.list("modles")).toThrow(
    expect.objectContaining({ code: "E_SPEC", hint: expect.stringContaining("mean models") }),
  );
  expect(() => dymad.describe("kbff")).toThrow(
    expect.objectContaining({ code: "E_NOT_FOUND", hint: expect.stringContaining("mean kbf") }),
  );
});
