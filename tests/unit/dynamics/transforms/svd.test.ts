import { expect, test } from "vitest";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { dmd } from "../../../../sdk/dynamics/spectral/dmd/dmd.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { fitChain } from "../../../../sdk/dynamics/transforms/chain.js";
import type { SvdStage } from "../../../../sdk/dynamics/transforms/spec.js";
import type { ComplexVector } from "../../../../sdk/numerics/linalg/complex.js";
import { eigen } from "../../../../sdk/numerics/linalg/eigen.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { stackRows } from "../../../../sdk/numerics/linalg/qr.js";
import { type BasisRequest, reducedBasis } from "../../../../sdk/numerics/linalg/reduced-basis.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { exact, expectClose, f64 } from "../../../tolerance.js";
import { randomMatrix } from "../../numerics/linalg/samples.js";
import { configOf } from "../_systems.js";
import { rotations, trajectoriesOf } from "../spectral/systems.js";

/** Three trajectories of a 4-dimensional system seen in 30 places, with noise of a size. */
function seen(noise = 0): Matrix[] {
  const C = randomMatrix(4, 30, 8);
  return trajectoriesOf(rotations([0.95, 0.7], [0.4, 1.1]), 3, 25, 9).map((z, i) => {
    const x = z.multiply(C);
    const added = keyed(i).normal(x.data.length, 0, noise);
    return new Matrix(x.rows, x.cols, x.data.map((v, k) => v + added[k])); // biome-ignore format: short
  });
}

function datasetOf(trajectories: readonly Matrix[]): Dataset {
  return {
    trajectories: trajectories.map((x) => ({
      t: Float64Array.from({ length: x.rows }, (_, k) => 0.1 * k),
      x,
      u: null,
      y: null,
      p: null,
    })),
    names: { x: Array.from({ length: trajectories[0].cols }, (_, j) => `x${j + 1}`), u: [] },
  };
}

/** Eigenvalues of the model `dmd` behind a stage. */
function modelled(stage: SvdStage, trajectories: readonly Matrix[]): { re: number[]; im: number[] } {
  const data = datasetOf(trajectories);
  const config = configOf({ family: "dmd", time_domain: "discrete", predictor_type: "np" }, []);
  const kwargs = { order: 2, ridge: 0, coupling: "full", remove_one: true, deficient: "shortest" } as const;
  const { checkpoint } = train({
    config: {
      ...config,
      transform_x: [stage],
      phases: [{ type: "linear_solve", name: "solve", method: "full", params: null, kwargs, reset_optimizer: true }],
    },
    train: data,
    valid: data,
    backend: "reference",
  });
  const { model, weights } = loadModel(checkpoint, { backend: "reference" });
  return sorted(eigen(model.linear?.matrix(weights) as Matrix).values);
}

function sorted({ re, im }: ComplexVector): { re: number[]; im: number[] } {
  const order = Array.from(re.keys()).sort((i, j) => im[i] - im[j] || re[i] - re[j]);
  return { re: order.map((i) => re[i]), im: order.map((i) => im[i]) };
}

/** Eigenvalues of the function. */
function decomposed(trajectories: readonly Matrix[], rank: number | "full", basis: BasisRequest): { re: number[]; im: number[] } {
  const { points } = dmd({ trajectories, dt: 0.1 }, { rank, basis }).spectrum;
  return sorted({ re: Float64Array.from(points, ({ re }) => re), im: Float64Array.from(points, ({ im }) => im) });
}

const randomised = { type: "svd", solver: "randomised", order: 4, oversample: 5, iterations: 2, seed: 3, ifcen: false } as const;
const compressed = { type: "svd", solver: "compressed", order: "full", measurements: 12, seed: 3, ifcen: false } as const;

test.each([
  ["randomised", randomised, { kind: "randomised", oversample: 5, iterations: 2, seed: 3 }],
  ["compressed", compressed, { kind: "compressed", measurements: 12, seed: 3 }],
] as const)("%s: the model behind the stage has the eigenvalues of the function", (_, stage, basis) => {
  const [ours, theirs] = [modelled(stage, seen()), decomposed(seen(), stage.order, basis)];
  expect(ours.re).toHaveLength(4);
  expectClose(ours.re, theirs.re, f64);
  expectClose(ours.im, theirs.im, f64);
});

test("with noise too where all measurements stay, whatever samples their directions come from", () => {
  const data = seen(0.1);
  const [ours, theirs] = [
    modelled(compressed, data),
    decomposed(data, "full", { kind: "compressed", measurements: 12, seed: 3 }),
  ];
  expect(ours.re).toHaveLength(12);
  expectClose(ours.re, theirs.re, f64);
  expectClose(ours.im, theirs.im, f64);
});

test("directions are those of the basis of all samples", () => {
  const data = seen(0.1);
  const P = (stage: SvdStage): number[] => (fitChain([stage], data).states[0] as unknown as { P: number[][] }).P.flat();
  const rows = stackRows(data);
  const options = { kind: "randomised", oversample: 5, iterations: 2, seed: 3 } as const;
  expectClose(P(randomised), reducedBasis(rows, 4, options).basis.data, exact);
  expectClose(P(compressed), reducedBasis(rows, "full", { kind: "compressed", measurements: 12, seed: 3 }).basis.data, exact);
  expect(P({ ...randomised, seed: 4 })).not.toEqual(P(randomised));
});

test("what lies in few directions is brought back whole, from fewer than were asked for, and that is noted", () => {
  for (const stage of [randomised, compressed]) {
    const chain = fitChain([{ ...stage, order: 7, ifcen: true }], seen());
    expect(chain.notes.join()).toMatch(/keeps 4 of 7 directions: the others hold rounding only/);
    for (const x of seen()) expectClose(chain.invert(chain.apply(x)).data, x.data, f64);
  }
});

test("zeros have no directions", () => {
  expect(() => fitChain([compressed], [new Matrix(20, 30)])).toThrow("all samples are zero");
});
