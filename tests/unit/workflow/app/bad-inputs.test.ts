import { existsSync } from "node:fs";
import { zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { datasetToNpz } from "../../../../sdk/dynamics/data/archive.js";
import { DymadError } from "../../../../sdk/errors.js";
import { writeNpz } from "../../../../sdk/formats/npz.js";
import { inspectData } from "../../../../sdk/workflow/app/data.js";
import { startTraining } from "../../../../sdk/workflow/app/train.js";
import { oscillators, Workplace } from "../../../doors/_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

const npz = writeNpz(datasetToNpz(oscillators()));
const zeros = (...shape: number[]) => ({ shape, data: new Float64Array(shape.reduce((a, b) => a * b, 1)) });

/** A version 1.0 npy header of an object array, as NumPy writes one, with some bytes of pickle after it. */
function pickled(): Uint8Array {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const header = bytes(`${"{'descr': '|O', 'fortran_order': False, 'shape': (2,), }".padEnd(117)}\n`);
  return zipSync({ "x.npy": Uint8Array.from([0x93, ...bytes("NUMPY"), 1, 0, header.length, 0, ...header, 0x80, 4, 0x2e]) });
}

/** [name of the file, content (null: none), code, what message or hint say] */
const cases: [string, string | Uint8Array | null, string, RegExp][] = [
  ["missing.npz", null, "E_NOT_FOUND", /there is no file/],
  ["wrong.mat", npz, "E_SPEC", /neither in \.npz nor in \.csv/],
  ["truncated.npz", npz.slice(0, npz.length / 2), "E_FORMAT", /truncated\.npz/],
  ["empty.npz", new Uint8Array(0), "E_FORMAT", /empty\.npz/],
  ["text.npz", "not a zip", "E_FORMAT", /text\.npz/],
  ["no-x.npz", writeNpz({ z: zeros(4, 2) }), "E_FORMAT", /x/],
  ["pickled.npz", pickled(), "E_FORMAT", /savez/],
  ["shapes.npz", writeNpz({ x: zeros(2, 10, 2), u: zeros(3, 10, 1) }), "E_SHAPE", /u/],
  ["word.csv", "traj,t,x1\n0,0,abc\n0,1,2\n", "E_DATA", /x1/],
  ["nan.csv", "traj,t,x1\n0,0,NaN\n0,1,2\n", "E_DATA", /x1/],
  ["ragged.csv", "traj,t,x1\n0,0\n0,1,2\n", "E_DATA", /line 2/],
  ["backwards.csv", "traj,t,x1\n0,1,1\n0,0,2\n", "E_DATA", /increas/],
  ["header.csv", "a,b\n1,2\n", "E_FORMAT", /x1/],
  ["short.csv", "traj,t,x1,x2\n0,0,1,2\n1,0,1,2\n", "E_DATA", /longest trajectory/],
];

test.each(cases)("%s is refused before anything is written", async (name, content, code, text) => {
  if (content !== null) place.write(name, content);
  const order = { request: { model_key: "kbf", data: { train: { path: name } } }, base: place.folder, out: place.path("run") };
  const error: unknown = await startTraining(order).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DymadError)) throw new Error(`no DymadError, but ${error}`);
  const issue = error.issues.find((one) => text.test(`${one.message} ${one.hint}`));
  expect(issue?.code, JSON.stringify(error.issues)).toBe(code);
  expect(["data", "overrides"]).toContain(issue?.path[0]);
  expect(existsSync(place.path("run"))).toBe(false);
});

test("looking at a file refuses the same things", () => {
  for (const [name, , code] of cases.slice(1, -1)) {
    if (name !== "wrong.mat") expect(() => inspectData(place.path(name)), name).toThrow(expect.objectContaining({ code }));
  }
});
