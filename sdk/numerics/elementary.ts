/**
 * Elementary functions in float64, built from + - * / and Math.sqrt, Math.abs, Math.floor and bit access alone. IEEE 754
 * fixes each of those to the last bit, so these functions give the same bits in every JavaScript engine; those of `Math` need not.
 */
export { erf, erfc } from "./elementary/error-function.js";
export { cosh, exp, expm1, sinh, tanh } from "./elementary/exponential.js";
export { acos, asin, atan, atan2 } from "./elementary/inverse.js";
export { log, log1p, log2, log10 } from "./elementary/logarithm.js";
export { hypot, pow } from "./elementary/power.js";
export { cos, sin, tan } from "./elementary/trigonometric.js";
