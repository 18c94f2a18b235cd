import { exp, log1p } from "../../../numerics/elementary.js";
import type { Pcg64 } from "./pcg64.js";
import { widths } from "./ziggurat-widths.js";

const TWO_52 = 4503599627370496;
const r = widths[255];
const heights = widths.map((x, i) => (i === 0 ? 1 : exp(-0.5 * x * x)));
/** Below this many 2^-52 of its width, a point of layer i lies under the curve without a look. */
const sure = widths.map((x, i) => (i === 1 ? 0 : Math.floor(((i === 0 ? r : widths[i - 1]) / x) * TWO_52)));

/**
 * One normal number by the ziggurat, taking bits in NumPy's order: 8 choose the layer, 1 the sign, 52 the place.
 *
 * @see  Marsaglia, Tsang 2000, "The ziggurat method for generating random variables", doi:10.18637/jss.v005.i08
 */
export function standardNormal(source: Pcg64): number {
  for (;;) {
    const bits = source.next64();
    const layer = Number(bits & 0xffn);
    const sign = (bits >> 8n) & 1n ? -1 : 1;
    const place = Number((bits >> 9n) & 0xfffffffffffffn);
    const x = sign * place * (widths[layer] / TWO_52);
    if (place < sure[layer]) return x;
    if (layer === 0) return Math.floor(place / 256) % 2 === 1 ? -tail(source) : tail(source);
    if ((heights[layer - 1] - heights[layer]) * source.random() + heights[layer] < exp(-0.5 * x * x)) return x;
  }
}

/** A normal number beyond r. */
function tail(source: Pcg64): number {
  for (;;) {
    const x = -log1p(-source.random()) / r;
    const y = -log1p(-source.random());
    if (y + y > x * x) return r + x;
  }
}
