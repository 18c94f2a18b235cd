import { type Lu, lu, solve } from "../linalg/lu.js";
import { Matrix } from "../linalg/matrix.js";
import type { OdeRate, Start } from "./explicit-stepper.js";
import type { Stepper } from "./integrate.js";
import { type OdeJacobian, timeIncrement } from "./jacobian.js";
import type { RosenbrockTableau } from "./rodas5p.js";

/** Steps of a Rosenbrock method: one Jacobian a point, one factorisation a try, one linear solve a stage. */
export class RosenbrockStepper implements Stepper {
  readonly #tableau: RosenbrockTableau;
  readonly #f: OdeRate;
  readonly #jacobian: OdeJacobian;
  readonly #tolerance: { readonly rtol: number; readonly atol: number };
  readonly #values: Float64Array;
  readonly #n: number;
  readonly #k: readonly Float64Array[];
  readonly #w: Matrix;
  readonly #right: Matrix;
  /** the Jacobian, [n, n], and df/dt at the present point */
  readonly #slopes: Float64Array;
  readonly #drift: Float64Array;
  readonly #rate: Float64Array;
  readonly #moved: Float64Array;
  readonly #there: Float64Array;
  #known = false;
  #y: Float64Array;
  #next: Float64Array;

  constructor(tableau: RosenbrockTableau, { f, t0, y0, rtol, atol, values }: Start, jacobian: OdeJacobian) {
    const n = y0.length;
    this.#tableau = tableau;
    this.#f = f;
    this.#jacobian = jacobian;
    this.#tolerance = { rtol, atol };
    this.#values = values;
    this.#n = n;
    this.#k = tableau.c.map(() => new Float64Array(n));
    this.#w = new Matrix(n, n);
    this.#right = new Matrix(n, 1);
    this.#slopes = new Float64Array(n * n);
    this.#drift = new Float64Array(n);
    this.#rate = new Float64Array(n);
    this.#moved = new Float64Array(n);
    this.#there = new Float64Array(n);
    this.#y = y0.slice();
    this.#next = new Float64Array(n);
    f(t0, this.#y, this.#rate);
  }

  attempt(t: number, h: number): number {
    const { a, b, c, coupling, d } = this.#tableau;
    const n = this.#n;
    const right = this.#right.data;
    if (!this.#known) this.#differentiate(t, h);
    const factors = this.#factor(h);
    if (factors === null) return Number.NaN;
    for (let i = 0; i < c.length; i++) {
      if (i === 0) right.set(this.#rate);
      else {
        this.#move(a[i], this.#moved);
        this.#f(t + c[i] * h, this.#moved, right);
      }
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let s = 0; s < i; s++) sum += coupling[i][s] * this.#k[s][j];
        right[j] += h * d[i] * this.#drift[j] + sum / h;
      }
      this.#k[i].set(solve(factors, this.#right).data);
    }
    this.#move(b, this.#next);
    return this.#error();
  }

  output(index: number, theta: number): void {
    const n = this.#n;
    const { dense } = this.#tableau;
    for (let j = 0; j < n; j++) {
      let inner = 0;
      for (let row = dense.length - 1; row >= 0; row--) {
        let sum = 0;
        for (let i = 0; i < dense[row].length; i++) sum += dense[row][i] * this.#k[i][j];
        inner = sum + theta * inner;
      }
      const ahead = theta * (this.#next[j] + (1 - theta) * inner);
      this.#values[index * n + j] = theta === 1 ? this.#next[j] : (1 - theta) * this.#y[j] + ahead;
    }
  }

  accept(reached: number): void {
    [this.#y, this.#next] = [this.#next, this.#y];
    this.#f(reached, this.#y, this.#rate);
    this.#known = false;
  }

  point(): { readonly y: Float64Array; readonly rate: Float64Array } {
    return { y: this.#y, rate: this.#rate };
  }

  /** The Jacobian, and df/dt by a difference into the step: behind it the rate may be another. */
  #differentiate(t: number, h: number): void {
    const ahead = t + Math.min(h, timeIncrement(t));
    this.#slopes.fill(0);
    this.#jacobian(t, this.#y, this.#slopes, h);
    this.#f(ahead, this.#y, this.#there);
    for (let j = 0; j < this.#n; j++) this.#drift[j] = (this.#there[j] - this.#rate[j]) / (ahead - t);
    this.#known = true;
  }

  /** The factors of W = I / (gamma h) - J; null when it is singular or no number. */
  #factor(h: number): Lu | null {
    const n = this.#n;
    const w = this.#w.data;
    for (let i = 0; i < w.length; i++) {
      w[i] = -this.#slopes[i];
      if (!Number.isFinite(w[i])) return null;
    }
    for (let j = 0; j < n; j++) w[j * n + j] += 1 / (this.#tableau.gamma * h);
    const factors = lu(this.#w);
    for (let j = 0; j < n; j++) if (factors.packed.get(j, j) === 0) return null;
    return factors;
  }

  #move(weights: readonly number[], out: Float64Array): void {
    for (let j = 0; j < this.#n; j++) {
      let sum = this.#y[j];
      for (let i = 0; i < weights.length; i++) sum += weights[i] * this.#k[i][j];
      out[j] = sum;
    }
  }

  #error(): number {
    const { rtol, atol } = this.#tolerance;
    const { error } = this.#tableau;
    let sum = 0;
    for (let j = 0; j < this.#n; j++) {
      let e = 0;
      for (let i = 0; i < error.length; i++) e += error[i] * this.#k[i][j];
      const scaled = e / (atol + rtol * Math.max(Math.abs(this.#y[j]), Math.abs(this.#next[j])));
      sum += scaled * scaled;
    }
    return Math.sqrt(sum / this.#n);
  }
}
