// node tests/bench/koopman.mjs: the examples of PyDMD and PyKoopman, ours beside theirs on the same data, as errors of eigenvalues.
// Theirs need Python with the library: $DYMAD_PYTHON, else python3; two Pythons, parted by a comma, where one cannot hold both.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { monomials } from "../../dist/sdk/dynamics/spectral/dmd/dictionary.js";
import { dmdWithControl } from "../../dist/sdk/dynamics/spectral/dmd/dmd-control.js";
import { edmd } from "../../dist/sdk/dynamics/spectral/dmd/edmd.js";
import { hankelDmd } from "../../dist/sdk/dynamics/spectral/dmd/hankel.js";
import { optimisedDmd } from "../../dist/sdk/dynamics/spectral/dmd/optimised-dmd.js";
import { ComplexMatrix } from "../../dist/sdk/numerics/linalg/complex.js";
import { Matrix } from "../../dist/sdk/numerics/linalg/matrix.js";
import { keyed } from "../../dist/sdk/numerics/random.js";

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const series = (length, f) => Array.from({ length }, (_, k) => f(k));

/** sech(x) e^{2.8it} and tanh(x) sech(x) e^{2.3it} on 65 places and 129 times, complex noise of 0.2 in each part, 20 seeds. */
function waves() {
  const t = series(129, (k) => (4 * Math.PI * k) / 128);
  const recordings = series(20, (seed) => {
    const [re, im] = ["re", "im"].map((part) =>
      keyed(seed)
        .fold(part)
        .normal(129 * 65, 0, 0.2),
    );
    for (let k = 0; k < 129; k++) {
      for (let j = 0; j < 65; j++) {
        const x = -5 + (10 * j) / 64;
        const [one, two] = [1 / Math.cosh(x), Math.tanh(x) / Math.cosh(x)];
        re[65 * k + j] += one * Math.cos(2.8 * t[k]) + two * Math.cos(2.3 * t[k]);
        im[65 * k + j] += one * Math.sin(2.8 * t[k]) + two * Math.sin(2.3 * t[k]);
      }
    }
    return { re: [...re], im: [...im] };
  });
  return { t, recordings };
}

/** x1' = -0.1 x1, x2' = -(x2 - x1^2) exactly, 20 trajectories of 50 steps of 0.1. */
function manifold() {
  const starts = keyed(3).uniform(40, -2, 2);
  const bend = 1.25;
  const at = (a, b, t) => {
    const slow = a * Math.exp(-0.1 * t);
    return [slow, (b - bend * a * a) * Math.exp(-t) + bend * slow * slow];
  };
  return { dt: 0.1, x: series(20, (i) => series(51, (k) => at(starts[2 * i], starts[2 * i + 1], 0.1 * k))) };
}

/** x+ = diag(1.5, 0.1) x + (1, 0) u with a control that holds growth back now and then. */
function control() {
  const u = [...keyed(5).uniform(10, -1, 1)];
  let x = [4, 7];
  const rows = series(10, (k) => {
    const here = x;
    x = [1.5 * x[0] + u[k], 0.1 * x[1]];
    return here;
  });
  return { x: rows, u: u.map((value) => [value]) };
}

/** 13 and 3 Hz, then 10 and 2 Hz, two seconds each at 200 samples a second, noise of 0.05. */
function switching() {
  const dt = 1 / 200;
  const parts = [
    [13, 3],
    [10, 2],
  ].map(([fast, slow], i) => {
    const noise = keyed(7).fold(`${i}`).normal(400, 0, 0.05);
    return series(400, (k) => Math.sin(2 * Math.PI * fast * k * dt) + Math.sin(2 * Math.PI * slow * k * dt) + noise[k]);
  });
  return { dt, parts, delay: 199 };
}

const problems = { waves: waves(), manifold: manifold(), control: control(), switching: switching() };

const pairsOf = (points) => points.map(({ growth, angularFrequency }) => [growth, angularFrequency]);
const ours = {
  waves: problems.waves.recordings.map(({ re, im }) => {
    const x = new ComplexMatrix(129, 65, Float64Array.from(re), Float64Array.from(im));
    const { rates } = optimisedDmd([{ t: Float64Array.from(problems.waves.t), x }], { rank: 2 });
    return Array.from(rates.re, (value, k) => [value, rates.im[k]]);
  }),
  manifold: [pairsOf(edmd({ trajectories: problems.manifold.x.map(Matrix.from), dt: 0.1 }, monomials(2, 3)).spectrum.points)],
  control: [
    dmdWithControl({
      trajectories: [Matrix.from(problems.control.x)],
      controls: [Matrix.from(problems.control.u)],
      dt: 1,
    }).spectrum.points.map(({ re, im }) => [re, im]),
  ],
  switching: problems.switching.parts.map((part) => {
    const { dt, delay } = problems.switching;
    const estimate = "total-least-squares";
    return pairsOf(
      hankelDmd({ trajectories: [Matrix.from(part.map((v) => [v]))], dt }, delay, { rank: 4, estimate }).spectrum.points,
    );
  }),
};

const turn = 2 * Math.PI;
/** What is printed of each problem: true values of each recording, and how far a found one is from a true one. */
const questions = {
  waves: ["travelling waves, frequencies, median of 20 seeds", () => [2.3, 2.8], ([, w], truth) => Math.abs(w - truth), median],
  manifold: ["slow manifold, degree 3, rates", () => [-0.1, -0.2, -1], ([g, w], truth) => Math.hypot(g - truth, w), Math.max],
  control: ["with control, multipliers 1.5 and 0.1", () => [1.5, 0.1], ([re, im], truth) => Math.hypot(re - truth, im), Math.max],
  switching: [
    "switching, Hz",
    (i) =>
      [
        [13, 3],
        [10, 2],
      ][i],
    ([, w], truth) => Math.abs(w / turn - truth),
    Math.max,
  ],
};

/** The error of each true value is that of the nearest found one. */
function errorOf(name, found) {
  const [, truths, distance, over] = questions[name];
  const errors = found.flatMap((values, i) =>
    truths(i).map((truth) => Math.min(...values.map((value) => distance(value, truth)))),
  );
  return over === median ? median(errors) : over(...errors);
}

const peer = fileURLToPath(new URL("peers/koopman_libraries.py", import.meta.url));
const theirs = Object.assign(
  {},
  ...(process.env.DYMAD_PYTHON ?? "python3").split(",").map((python) => {
    const { status, stdout } = spawnSync(python, [peer], {
      input: `${JSON.stringify(problems)}\n`,
      maxBuffer: 1 << 26,
      encoding: "utf8",
    });
    return status === 0 ? JSON.parse(stdout) : {};
  }),
);
console.log(["largest error of".padEnd(52), "ours".padStart(10), "PyDMD".padStart(10), "PyKoopman".padStart(10)].join(" "));
for (const [name, [title]] of Object.entries(questions)) {
  const cells = [ours, theirs.pydmd, theirs.pykoopman].map((answers) =>
    answers?.[name] === undefined ? "-" : errorOf(name, answers[name]).toExponential(2),
  );
  console.log([title.padEnd(52), ...cells.map((cell) => cell.padStart(10))].join(" "));
}
