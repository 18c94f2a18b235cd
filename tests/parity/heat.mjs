// Heat kernel sections of the unit circle from scattered points, at one time in more or fewer steps.

import { heatSections } from "../../dist/sdk/dynamics/spectral/index.js";
import { Matrix } from "../../dist/sdk/index.js";
import { keyed } from "../../dist/sdk/numerics/random.js";
import { sobol } from "../../dist/sdk/numerics/sobol.js";

const circle = (angles) => Matrix.from(angles.map((a) => [Math.cos(a), Math.sin(a)]));

/** 2 pi times the heat kernel of the circle at time t. */
function exact(distance, t) {
  let sum = 0;
  for (let k = -3; k <= 3; k++) sum += Math.exp(-((distance + 2 * Math.PI * k) ** 2) / (4 * t));
  return (2 * Math.PI * sum) / Math.sqrt(4 * Math.PI * t);
}

/** Largest error over `test` locations and four sources: `error`, in the mean over the trials. */
export function heated({ time, steps, points, trials, test }, seed) {
  const places = Array.from({ length: test }, (_, i) => (2 * Math.PI * (i + 0.5)) / test);
  const sources = [0.125, 0.375, 0.625, 0.875].map((share) => 2 * Math.PI * share);
  const errors = Array.from({ length: trials }, (_, trial) => {
    const angles = sobol(points, 1, keyed(seed).fold(trial)).map(([u]) => 2 * Math.PI * u);
    const { values } = heatSections(
      circle(angles),
      circle(places),
      { eps: time / steps, steps, mode: "uniform", mass: "none" },
      circle(sources),
    );
    let most = 0;
    places.forEach((place, i) => {
      sources.forEach((source, j) => {
        most = Math.max(most, Math.abs(values.get(i, j) - exact(place - source, time)));
      });
    });
    return most;
  });
  return { error: errors.reduce((a, b) => a + b) / trials };
}
