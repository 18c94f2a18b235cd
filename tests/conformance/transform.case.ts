import { describe, expect, test } from "vitest";
import { fitChain, restoreChain, type TransformChain } from "../../sdk/dynamics/transforms/chain.js";
import { backwardModes, forwardModes } from "../../sdk/dynamics/transforms/modes.js";
import type { TransformStage } from "../../sdk/dynamics/transforms/spec.js";
import type { TransformState } from "../../sdk/dynamics/transforms/transform.js";
import { readCheckpoint, writeCheckpoint } from "../../sdk/formats/checkpoint.js";
import { Matrix } from "../../sdk/numerics/linalg/matrix.js";
import { exact, expectClose, f64, finiteDifference, regressed, regressedSlope, type Tolerance } from "../tolerance.js";

export interface TransformSubject {
  readonly name: string;
  readonly stages: readonly TransformStage[];
}

/** A closed curve in space, and how it runs on: three columns whose rows are never dependent. */
const curve = (a: number): number[] => [2 * Math.cos(a), Math.sin(a), Math.sin(a) ** 3 + 0.3 * Math.cos(2 * a)];
const along = (a: number): number[] => [
  -2 * Math.sin(a),
  Math.cos(a),
  3 * Math.sin(a) ** 2 * Math.cos(a) - 0.6 * Math.sin(2 * a),
];
const angles = (from: number, T: number): number[] => Array.from({ length: T }, (_, k) => from + 0.07 * k);
const ragged = [Matrix.from(angles(0, 90).map(curve)), Matrix.from(angles(2.3, 41).map(curve))];
const unseen = 1.337;

/** The suite every transform and every chain of them passes. */
export function runTransformSuite({ name, stages }: TransformSubject): void {
  describe(name, () => {
    let made: TransformChain | null = null;
    const chain = (): TransformChain => {
      made ??= fitChain(stages, ragged);
      return made;
    };
    const rowWise = !stages.some(({ type }) => type === "delay" || type === "denoise");
    const tolerance = (): Tolerance => (chain().invertible === "exact" ? { rtol: f64.rtol, atol: 1e-9 } : regressed);

    test("trajectories of different lengths keep their rows, less the delay", () => {
      for (const x of ragged) {
        const z = chain().apply(x);
        expect([z.rows, z.cols]).toEqual([x.rows - chain().delay, chain().outputDim]);
        expect(z.data.every(Number.isFinite)).toBe(true);
      }
    });

    test("the inverse brings the data back", () => {
      if (chain().invertible === "none") return;
      for (const x of ragged) expectClose(chain().invert(chain().apply(x)).data, x.data, tolerance());
    });

    test("a checkpoint keeps every bit", () => {
      const bytes = writeCheckpoint({ json: { transforms: chain().states }, arrays: {} });
      const { transforms } = readCheckpoint(bytes).json as { transforms: TransformState[] };
      const again = restoreChain(transforms);
      for (const x of ragged) {
        const z = chain().apply(x);
        expectClose(again.apply(x).data, z.data, exact, "applied");
        expectClose(again.invert(z).data, chain().invert(z).data, exact, "inverted");
      }
      expect(writeCheckpoint({ json: { transforms: again.states }, arrays: {} })).toEqual(bytes);
      expect([again.delay, again.inputDim, again.outputDim, again.invertible]).toEqual([
        chain().delay,
        chain().inputDim,
        chain().outputDim,
        chain().invertible,
      ]);
    });

    test("fitting again gives the same state", () => {
      expect(fitChain(stages, ragged).states).toEqual(chain().states);
    });

    test("a row alone is a row among others", () => {
      if (!rowWise) return;
      const x = ragged[1];
      const z = chain().apply(x);
      const back = chain().invert(z);
      for (const i of [0, 7, x.rows - 1]) {
        expect(chain().apply(x.slice(i, i + 1)).data).toEqual(z.row(i));
        expect(chain().invert(z.slice(i, i + 1)).data).toEqual(back.row(i));
      }
    });

    test("rows of another width are refused", () => {
      const message = expect.objectContaining({ code: "E_SHAPE" });
      expect(() => chain().apply(new Matrix(12, 7))).toThrow(message);
      expect(() => chain().invert(new Matrix(12, 29))).toThrow(message);
    });

    test("modes are derivatives", () => {
      if (chain().derivatives === "none") {
        expect(() => forwardModes(chain(), ragged[0].slice(0, 1))).toThrow(expect.objectContaining({ code: "E_UNSUPPORTED" }));
        return;
      }
      const window = Matrix.from(angles(unseen, chain().delay + 1).map(curve));
      const last = angles(unseen, chain().delay + 1).at(-1) as number;
      const forward = forwardModes(chain(), window);
      const h = 1e-5;
      const moved = (sign: number): Matrix => {
        const out = window.clone();
        out.row(window.rows - 1).set(curve(last + sign * h));
        return chain().apply(out);
      };
      const [up, down] = [moved(1), moved(-1)];
      const slope = up.data.map((v, k) => (v - down.data[k]) / (2 * h));
      const found = forward.multiply(new Matrix(3, 1, Float64Array.from(along(last))));
      const close = chain().derivatives === "exact" ? finiteDifference : regressedSlope;
      // coordinates of a manifold are as large as its diameter: compared in parts of the speed
      const speed = Math.max(1, ...slope.map(Math.abs));
      expectClose(found.data.map((v) => v / speed), slope.map((v) => v / speed), close, "forward"); // biome-ignore format: short

      const z = chain().apply(window).row(0);
      const backward = backwardModes(chain(), z);
      const newest = (at: Float64Array): Float64Array => {
        const rows = chain().invert(new Matrix(1, at.length, at));
        return rows.row(rows.rows - 1);
      };
      const [after, before] = [1, -1].map((sign) => newest(z.map((v, k) => v + sign * h * slope[k])));
      const pattern = after.map((v, j) => (v - before[j]) / (2 * h));
      const sum = backward.transpose().multiply(new Matrix(z.length, 1, slope));
      expectClose(sum.data, pattern, close, "backward");
    });
  });
}
