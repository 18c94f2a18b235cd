// node tests/heavy/ulp/run.mjs: errors of the kernels' functions at 100,000 points against mpmath ($DYMAD_PYTHON, else python3).
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compile, trace, unary } from "../../../dist/sdk/numerics/engine/index.js";
import { keyed } from "../../../dist/sdk/numerics/random.js";

/** Ranges, and the largest error allowed in units of the last place: float32, float64. */
const cases = {
  exp: {
    spans: [
      [-104, 88],
      [-1, 1],
      [-745, 709],
    ],
    bounds: [2, 2],
  },
  log: {
    spans: [
      [0.5, 2],
      [0, 1e3],
      [0, 1e-37],
      [0, 1e-307],
    ],
    bounds: [1.5, 1.5],
  },
  tanh: {
    spans: [
      [-0.6, 0.6],
      [-6, 6],
      [-22, 22],
      [-1e-30, 1e-30],
    ],
    bounds: [2.5, 2.5],
  },
  sigmoid: {
    spans: [
      [-30, 30],
      [-3, 3],
      [-86, 40],
    ],
    bounds: [2.5, 2.5],
  },
  softplus: {
    spans: [
      [-30, 30],
      [-3, 3],
      [-86, 40],
    ],
    bounds: [2.5, 2.5],
  },
  erf: {
    spans: [
      [-1.3, 1.3],
      [-4, 4],
      [-7, 7],
      [-1e-30, 1e-30],
    ],
    bounds: [2, 2],
  },
  sin: {
    spans: [
      [-4, 4],
      [-300, 300],
      [-99999, 99999],
      [-1e9, 1e9],
    ],
    bounds: [2, 1.5],
  },
  cos: {
    spans: [
      [-4, 4],
      [-300, 300],
      [-99999, 99999],
      [-1e9, 1e9],
    ],
    bounds: [2, 1.5],
  },
};
const points = 12500;

const answers = {};
for (const [name, { spans }] of Object.entries(cases)) {
  const each = Math.ceil(points / spans.length);
  const drawn = spans.flatMap(([low, high], i) => Array.from(keyed(17).fold(name).fold(i).uniform(each, low, high)));
  // every other point is a float32 number, and only those are asked of float32
  const x = drawn.map((v, i) => (i % 2 === 0 ? Math.fround(v) : v)).filter((v) => name !== "log" || v > 0);
  const graph = trace({ x: [x.length] }, (t) => ({ y: unary(name, t.x) }));
  const [single, double] = ["float32", "float64"].map((dtype) => compile(graph, { backend: "wasm", dtype }).run({ x }).y);
  const finite = (v) => (Number.isFinite(v) ? v : null);
  answers[name] = x.map((v, i) => [v, v === Math.fround(v) ? finite(single[i]) : null, finite(double[i])]);
}
const script = fileURLToPath(new URL("exact.py", import.meta.url));
const worst = JSON.parse(
  execFileSync(process.env.DYMAD_PYTHON ?? "python3", [script], { input: JSON.stringify(answers), maxBuffer: 1e9 }),
);
for (const [name, errors] of Object.entries(worst)) {
  errors.forEach(([error, x], k) => {
    const bound = cases[name].bounds[k];
    const failed = !(error <= bound);
    if (failed) process.exitCode = 1;
    console.log(`${name.padEnd(9)} float${k === 0 ? 32 : 64}  ${error.toFixed(2)} at ${x}${failed ? `  OVER ${bound}` : ""}`);
  });
}
