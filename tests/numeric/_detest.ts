import type { OdeProblem } from "../../sdk/numerics/ode/solve.js";

/**
 * Problems of Hull, Enright, Fellen, Sedgwick 1972, "Comparing numerical methods for ordinary differential equations",
 * doi:10.1137/0709052, on [0, 20]: A single equations, B small systems, C moderate systems, D orbits, E equations of second order.
 */
export interface Problem {
  readonly f: OdeProblem["f"];
  readonly y0: readonly number[];
  /** the solution at t, first entries, where it is known in closed form */
  readonly known?: (t: number) => readonly number[];
}

const scalar =
  (rate: (t: number, y: number) => number): OdeProblem["f"] =>
  (t, y, dy) => {
    dy[0] = rate(t, y[0]);
  };

const second =
  (acceleration: (t: number, y: number, v: number) => number): OdeProblem["f"] =>
  (t, y, dy) => {
    dy[0] = y[1];
    dy[1] = acceleration(t, y[0], y[1]);
  };

/** An orbit of eccentricity e from its nearest point; its position by Kepler's equation. */
function orbit(e: number): Problem {
  return {
    f: (_t, y, dy) => {
      const cube = Math.hypot(y[0], y[1]) ** 3;
      dy[0] = y[2];
      dy[1] = y[3];
      dy[2] = -y[0] / cube;
      dy[3] = -y[1] / cube;
    },
    y0: [1 - e, 0, 0, Math.sqrt((1 + e) / (1 - e))],
    known: (t) => {
      let angle = t;
      for (let i = 0; i < 50; i++) angle -= (angle - e * Math.sin(angle) - t) / (1 - e * Math.cos(angle));
      return [Math.cos(angle) - e, Math.sqrt(1 - e * e) * Math.sin(angle)];
    },
  };
}

const chain =
  (n: number, rate: (i: number) => number): OdeProblem["f"] =>
  (_t, y, dy) => {
    for (let i = 0; i < n; i++) dy[i] = (i === 0 ? 0 : rate(i - 1) * y[i - 1]) - (i === n - 1 ? 0 : rate(i) * y[i]);
  };

const first = (n: number): number[] => Array.from({ length: n }, (_, i) => (i === 0 ? 1 : 0));

export const problems: Readonly<Record<string, Problem>> = {
  A1: { f: scalar((_t, y) => -y), y0: [1], known: (t) => [Math.exp(-t)] },
  A2: { f: scalar((_t, y) => -(y ** 3) / 2), y0: [1], known: (t) => [1 / Math.sqrt(t + 1)] },
  A3: { f: scalar((t, y) => y * Math.cos(t)), y0: [1], known: (t) => [Math.exp(Math.sin(t))] },
  A4: { f: scalar((_t, y) => (y / 4) * (1 - y / 20)), y0: [1], known: (t) => [20 / (1 + 19 * Math.exp(-t / 4))] },
  A5: { f: scalar((t, y) => (y - t) / (y + t)), y0: [4] },
  B1: {
    f: (_t, y, dy) => {
      dy[0] = 2 * (y[0] - y[0] * y[1]);
      dy[1] = -(y[1] - y[0] * y[1]);
    },
    y0: [1, 3],
  },
  B2: {
    f: (_t, y, dy) => {
      dy[0] = -y[0] + y[1];
      dy[1] = y[0] - 2 * y[1] + y[2];
      dy[2] = y[1] - y[2];
    },
    y0: [2, 0, 1],
    // means 1, slopes 1/2 and 1/2 along the eigenvectors of -1 and -3
    known: (t) => {
      const [slow, fast] = [Math.exp(-t) / 2, Math.exp(-3 * t) / 2];
      return [1 + slow + fast, 1 - 2 * fast, 1 - slow + fast];
    },
  },
  B4: {
    f: (_t, y, dy) => {
      const r = Math.hypot(y[0], y[1]);
      dy[0] = -y[1] - (y[0] * y[2]) / r;
      dy[1] = y[0] - (y[1] * y[2]) / r;
      dy[2] = y[0] / r;
    },
    y0: [3, 0, 0],
  },
  B5: {
    f: (_t, y, dy) => {
      dy[0] = y[1] * y[2];
      dy[1] = -y[0] * y[2];
      dy[2] = -0.51 * y[0] * y[1];
    },
    y0: [0, 1, 1],
  },
  C1: { f: chain(10, () => 1), y0: first(10) },
  C2: { f: chain(10, (i) => i + 1), y0: first(10) },
  C3: {
    f: (_t, y, dy) => {
      for (let i = 0; i < 10; i++) dy[i] = (i === 0 ? 0 : y[i - 1]) - 2 * y[i] + (i === 9 ? 0 : y[i + 1]);
    },
    y0: first(10),
  },
  D1: orbit(0.1),
  D3: orbit(0.5),
  D5: orbit(0.9),
  E1: {
    f: second((t, y, v) => -(v / (t + 1) + (1 - 0.25 / (t + 1) ** 2) * y)),
    // J_1/2 and its derivative at 1
    y0: [Math.sqrt(2 / Math.PI) * Math.sin(1), Math.sqrt(2 / Math.PI) * (Math.cos(1) - Math.sin(1) / 2)],
    known: (t) => [Math.sqrt(2 / (Math.PI * (t + 1))) * Math.sin(t + 1)],
  },
  E2: { f: second((_t, y, v) => (1 - y * y) * v - y), y0: [2, 0] },
  E3: { f: second((t, y) => y ** 3 / 6 - y + 2 * Math.sin(2.78535 * t)), y0: [0, 0] },
  E5: { f: second((t, _y, v) => Math.sqrt(1 + v * v) / (25 - t)), y0: [0, 0] },
};
