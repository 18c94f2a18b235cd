import { DymadError } from "../errors.js";
import { cos, sin } from "./elementary.js";
import { type Complex, divideComplex, multiplyComplex } from "./linalg/complex.js";

/** A smoothing kernel of the unit circle with poles off it: those outside `outer` with weights d, their mirror images `inner` with c. */
export interface RationalKernel {
  /** m */
  readonly order: number;
  /** width of the kernel, rad */
  readonly eps: number;
  /** z_j, shape [m] */
  readonly outer: readonly Complex[];
  /** d_j, sum_j d_j z_j^q = [q = 0] for q < m */
  readonly outerWeights: readonly Complex[];
  /** t_j, shape [m] */
  readonly inner: readonly Complex[];
  /** c_j, the same for t_j */
  readonly innerWeights: readonly Complex[];
}

/**
 * A rational kernel of order m on the unit circle: z_j = 1 + i (2 j / (m + 1) - 1), t_j = conj(-z_j / (1 + eps z_j)), with weights that make
 * m - 1 moments vanish, so that smooth measures are seen with an error of eps^m. From order 2 on the kernel is complex, its real part
 * negative in places.
 *
 * @param order  m, from 1 to 6
 * @param eps    width, 0 < eps, rad
 * @returns      poles and weights, each shape [m]
 * @throws       E_SPEC when order or eps is out of range
 * @see          Colbrook, Townsend 2024, "Rigorous data-driven computation of spectral properties of Koopman operators", doi:10.1002/cpa.22125
 * @example      rationalKernel(3, 0.1).outerWeights.map(({ re }) => re) // [-2, 5, -2]
 */
export function rationalKernel(order: number, eps: number): RationalKernel {
  if (!(Number.isInteger(order) && order >= 1 && order <= 6)) {
    throw new DymadError("E_SPEC", `a rational kernel has an order from 1 to 6, got ${order}`, {
      path: ["order"],
      hint: "2 suits most data; higher orders want smoother measures",
    });
  }
  if (!(eps > 0 && Number.isFinite(eps)))
    throw new DymadError("E_SPEC", `eps must be positive, got ${eps}`, {
      path: ["eps"],
      hint: "it is the width in rad over which the measure is smoothed",
    });
  const outer = Array.from({ length: order }, (_, j) => ({ re: 1, im: (2 * (j + 1)) / (order + 1) - 1 }));
  const inner = symmetric(
    outer.map(({ re, im }) => {
      const { re: x, im: y } = divideComplex({ re: -re, im: -im }, { re: 1 + eps * re, im: eps * im });
      return { re: x, im: -y };
    }),
  );
  return { order, eps, outer, outerWeights: weightsOf(outer), inner, innerWeights: weightsOf(inner) };
}

/**
 * The kernel at an angle; its integral over a turn is 1.
 *
 * @param kernel  from rationalKernel
 * @param theta   rad
 * @returns       e^{-i theta} / (2 pi eps) sum_j [c_j / (w - t_j) - d_j / (w - z_j)] with w = (e^{-i theta} - 1) / eps
 */
export function kernelAt({ eps, outer, outerWeights, inner, innerWeights }: RationalKernel, theta: number): Complex {
  const turn = { re: cos(theta), im: -sin(theta) };
  const w = { re: (turn.re - 1) / eps, im: turn.im / eps };
  let [re, im] = [0, 0];
  for (let j = 0; j < outer.length; j++) {
    const plus = divideComplex(innerWeights[j], { re: w.re - inner[j].re, im: w.im - inner[j].im });
    const minus = divideComplex(outerWeights[j], { re: w.re - outer[j].re, im: w.im - outer[j].im });
    re += plus.re - minus.re;
    im += plus.im - minus.im;
  }
  const { re: x, im: y } = multiplyComplex(turn, { re, im });
  return { re: x / (2 * Math.PI * eps), im: y / (2 * Math.PI * eps) };
}

/** The solution of sum_k s_k p_k^q = [q = 0], q < m: Lagrange's polynomials at zero. */
function weightsOf(poles: readonly Complex[]): Complex[] {
  return symmetric(
    poles.map((p, k) =>
      poles.reduce(
        (product, other, l) =>
          l === k ? product : multiplyComplex(product, divideComplex(other, { re: other.re - p.re, im: other.im - p.im })),
        { re: 1, im: 0 },
      ),
    ),
  );
}

/** Entries in conjugate pairs from both ends, as they would be without rounding. */
function symmetric(values: readonly Complex[]): Complex[] {
  return values.map(({ re, im }, j) => {
    const other = values[values.length - 1 - j];
    return { re: (re + other.re) / 2, im: (im - other.im) / 2 };
  });
}
