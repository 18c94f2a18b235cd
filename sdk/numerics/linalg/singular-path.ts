import type { Complex, ComplexVector } from "./complex.js";
import { copy, HermitianLanczos, vector } from "./hermitian-lanczos.js";
import type { Shifted } from "./shifted-triangle.js";

/** What residual of a vector is small enough by default: its value is right to some 1e-10 over the relative gap. */
const enough = 2e-5;
/** Vectors are foreseen by polynomials of a degree below this. */
const mostDifferences = 4;

/**
 * The smallest singular value of T - z at points z along a path, each by some Lanczos steps on its inverse. The vector that belongs to
 * it is foreseen from those of the last points: on a line of a grid three steps suffice.
 *
 * @see  Trefethen, Embree 2005, "Spectra and Pseudospectra", chapter 39
 */
export class SingularPath {
  readonly #shifted: Shifted;
  readonly #lanczos: HermitianLanczos;
  /** right singular vector of the last point; before a search, a guess */
  readonly #vector: ComplexVector;
  /** backward differences of the vectors of the last points, the vector itself first */
  readonly #differences: readonly ComplexVector[];
  /** how many of them are of points in equal steps along one line */
  #known = 0;
  #last: Complex = { re: 0, im: 0 };
  #step: Complex = { re: 0, im: 0 };

  /** how much of the first guess stays in every later one, relative to it */
  readonly #generic: number;

  /**
   * @param generic  how much of the first guess is added to every later one: 0 where all of T is strongly coupled, else the vector that is
   *                 followed may hold too little of another that becomes the smallest; default 0
   * @param settled  what residual of a vector, as a share of its value, is small enough; default 2e-5
   */
  constructor(shifted: Shifted, generic = 0, settled: number = enough) {
    const n = shifted.size;
    this.#generic = generic;
    this.#shifted = shifted;
    this.#lanczos = new HermitianLanczos(n, settled);
    this.#vector = vector(n);
    this.#differences = Array.from({ length: mostDifferences }, () => vector(n));
    this.begin();
  }

  /** Forgets where the path has led: the next point is searched without foresight. */
  begin(): void {
    this.#known = 0;
    this.#vector.re.fill(0);
    this.#vector.im.fill(0);
    addUneven(this.#vector, 1);
  }

  /** sigma_min(T - z) >= 0; 0 at an eigenvalue. Points in equal steps along a line are the fastest. */
  at(z: Complex): number {
    if (this.#shifted.moveTo(z)) return 0;
    this.#foresee(z);
    const { value } = this.#lanczos.largest(this.#vector, this.#applyInverse);
    return 1 / Math.sqrt(value);
  }

  /** ((T - z)^H (T - z))^-1 w. */
  readonly #applyInverse = ({ re, im }: ComplexVector): void => {
    this.#shifted.solveAdjoint(re, im);
    this.#shifted.solve(re, im);
  };

  /**
   * The vector at z by the polynomial through the last points whose order would have foreseen the last of them best: what an order
   * misses is the next difference. Constant where the path turns.
   */
  #foresee(z: Complex): void {
    const step = { re: z.re - this.#last.re, im: z.im - this.#last.im };
    const bend = Math.abs(step.re - this.#step.re) + Math.abs(step.im - this.#step.im);
    if (bend > 1e-6 * (Math.abs(step.re) + Math.abs(step.im))) this.#known = 0;
    this.#step = step;
    this.#last = z;
    const differences = this.#differences;
    const guess = this.#vector;
    let order = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < this.#known; k++) {
      const missed = exchange(guess, differences[k]);
      if (missed < least) [order, least] = [k, missed];
    }
    if (this.#known < mostDifferences) {
      exchange(guess, differences[this.#known]);
      // an order not tried yet, after one that was the best of all
      if (order + 1 === this.#known) order = this.#known;
      this.#known += 1;
    }
    copy(differences[0], guess);
    for (let k = 1; k <= order; k++) add(differences[k], guess);
    if (this.#generic > 0) addUneven(guess, this.#generic);
  }
}

/** Uneven weights: to be orthogonal to the wanted vector they would need luck. */
function addUneven({ re }: ComplexVector, share: number): void {
  const unit = share / Math.sqrt(re.length);
  for (let i = 0; i < re.length; i++) re[i] += unit * (1 + 0.1 * ((7 * i) % 5));
}

function add(from: ComplexVector, to: ComplexVector): void {
  for (let i = 0; i < to.re.length; i++) {
    to.re[i] += from.re[i];
    to.im[i] += from.im[i];
  }
}

/** `old` becomes `next`, and `next` its excess over `old`, whose square is returned. */
function exchange(next: ComplexVector, old: ComplexVector): number {
  let sum = 0;
  for (let i = 0; i < next.re.length; i++) {
    const [x, y] = [next.re[i], next.im[i]];
    next.re[i] = x - old.re[i];
    next.im[i] = y - old.im[i];
    old.re[i] = x;
    old.im[i] = y;
    sum += next.re[i] * next.re[i] + next.im[i] * next.im[i];
  }
  return sum;
}
