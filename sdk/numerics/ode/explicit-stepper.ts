import { type ErrorNorm, errorNorm, type Row, rowOf } from "./error-norm.js";
import type { Stepper } from "./integrate.js";
import type { Tableau } from "./tableau.js";

/** The right-hand side: writes dy/dt at (t, y) into `dy`, both of shape [n]; `y` belongs to the solver. */
export type OdeRate = (t: number, y: Float64Array, dy: Float64Array) => void;

export interface Start {
  readonly f: OdeRate;
  readonly t0: number;
  /** shape [n] */
  readonly y0: Float64Array;
  readonly rtol: number;
  readonly atol: number;
  /** where outputs go, shape [times, n] */
  readonly values: Float64Array;
}

/** Explicit Runge-Kutta steps of a plain right-hand side. All arrays are made here; a step makes none. */
export class ExplicitStepper implements Stepper {
  readonly #tableau: Tableau;
  readonly #f: OdeRate;
  readonly #values: Float64Array;
  readonly #n: number;
  readonly #k: Float64Array;
  /** views of the single stages */
  readonly #stages: readonly Float64Array[];
  readonly #rows: readonly Row[];
  readonly #solution: Row;
  readonly #norm: ErrorNorm;
  readonly #weights: Float64Array;
  readonly #moved: Float64Array;
  #y: Float64Array;
  #next: Float64Array;
  #t: number;
  #h = 0;
  #dense = false;

  constructor(tableau: Tableau, { f, t0, y0, rtol, atol, values }: Start) {
    const n = y0.length;
    const all = tableau.c.length + (tableau.extra?.c.length ?? 0);
    this.#tableau = tableau;
    this.#f = f;
    this.#values = values;
    this.#n = n;
    this.#k = new Float64Array(all * n);
    this.#stages = Array.from({ length: all }, (_, i) => this.#k.subarray(i * n, (i + 1) * n));
    this.#rows = [...tableau.a, ...(tableau.extra?.a ?? [])].map((weights) => rowOf(weights, n));
    this.#solution = rowOf(tableau.b, n);
    this.#norm = errorNorm(tableau, n, rtol, atol);
    this.#weights = new Float64Array(all);
    this.#moved = new Float64Array(n);
    this.#y = y0.slice();
    this.#next = new Float64Array(n);
    this.#t = t0;
    f(t0, this.#y, this.#stages[0]);
  }

  attempt(t: number, h: number): number {
    const { c, fsal } = this.#tableau;
    const last = c.length - 1;
    this.#t = t;
    this.#h = h;
    this.#dense = false;
    for (let i = 1; i <= last; i++) {
      // the last stage of such a method stands at the solution itself
      const at = fsal && i === last ? this.#next : this.#moved;
      this.#move(this.#rows[i], h, at);
      this.#f(t + c[i] * h, at, this.#stages[i]);
    }
    if (!fsal) this.#move(this.#solution, h, this.#next);
    return this.#norm(h, this.#y, this.#next, this.#k);
  }

  output(index: number, theta: number): void {
    const out = this.#values;
    const n = this.#n;
    const at = index * n;
    if (theta === 1) {
      out.set(this.#next, at);
      return;
    }
    this.#prepareDense();
    const weights = this.#weights;
    const dense = this.#tableau.dense as readonly (readonly number[])[];
    for (let i = 0; i < dense.length; i++) {
      let w = 0;
      for (let p = dense[i].length - 1; p >= 0; p--) w = (w + dense[i][p]) * theta;
      weights[i] = this.#h * w;
    }
    for (let j = 0; j < n; j++) {
      let sum = this.#y[j];
      for (let i = 0; i < weights.length; i++) sum += weights[i] * this.#k[i * n + j];
      out[at + j] = sum;
    }
  }

  accept(reached: number): void {
    [this.#y, this.#next] = [this.#next, this.#y];
    if (!this.#tableau.fsal) this.#f(reached, this.#y, this.#stages[0]);
    else this.#stages[0].set(this.#stages[this.#tableau.c.length - 1]);
  }

  point(): { readonly y: Float64Array; readonly rate: Float64Array } {
    return { y: this.#y, rate: this.#stages[0] };
  }

  /** out = y + h sum of the row's stages */
  #move({ weights, offsets }: Row, h: number, out: Float64Array): void {
    const n = this.#n;
    const k = this.#k;
    const y = this.#y;
    const count = weights.length;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += weights[i] * k[offsets[i] + j];
      out[j] = y[j] + h * sum;
    }
  }

  /** The stages of the dense output, once a step. */
  #prepareDense(): void {
    const { extra, c } = this.#tableau;
    if (this.#dense || extra === undefined) return;
    for (let i = 0; i < extra.c.length; i++) {
      this.#move(this.#rows[c.length + i], this.#h, this.#moved);
      this.#f(this.#t + extra.c[i] * this.#h, this.#moved, this.#stages[c.length + i]);
    }
    this.#dense = true;
  }
}
