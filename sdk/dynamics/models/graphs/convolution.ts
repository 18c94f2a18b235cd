import { DymadError } from "../../../errors.js";
import { concat, type Tensor } from "../../../numerics/engine/index.js";
import { affineLayer, type MakeLayer, type Style } from "../layer.js";
import { attentionLayer } from "./attention.js";
import { type Messages, propagate } from "./messages.js";

/**
 * The graph layer of a style, each with a bias and an activation. With the numbers c_ji of `edgeValues`:
 *
 * sage  W_0 x_i + W_1 mean of the x_j that reach i; gcnv W_0 x_i + W_1 Σ w_ji x_j; gcn W Σ c_ji x_j;
 * cheb  Σ_{k < K} W_k T_k(L) x with T_0 = 1, T_1 = L, T_k = 2 L T_{k-1} - T_{k-2} and L = -c_ji, the Laplacian scaled to [-1, 1]:
 *       K = 1 sees no neighbours;
 * gat   attention, see {@link attentionLayer}.
 *
 * @param attributes  numbers each edge has, for gat
 * @see  Hamilton, Ying & Leskovec 2017, arXiv:1706.02216 (sage); Kipf & Welling 2017, arXiv:1609.02907 (gcn);
 *       Morris et al. 2019, arXiv:1810.02244 (gcnv); Defferrard, Bresson & Vandergheynst 2016, arXiv:1606.09375 (cheb)
 */
export function graphLayer(style: Style, attributes: number): MakeLayer {
  const { gcl, gcl_opts } = style;
  if (gcl === "gat")
    return (name, inputs, outputs, activation) => attentionLayer(name, inputs, outputs, activation, style, attributes);
  const blocks = gcl === "gcn" ? 1 : gcl === "cheb" ? gcl_opts.K : 2;
  const of = (x: Tensor, graph: Messages | null): Tensor => {
    if (graph === null) throw new DymadError("E_INTERNAL", "a graph layer was given no graph");
    if (gcl === "gcn") return propagate(x, graph);
    return concat(gcl === "cheb" ? chebyshev(x, graph, blocks) : [x, propagate(x, graph)], x.shape.length - 1);
  };
  return (name, inputs, outputs, activation) => affineLayer(name, inputs, outputs, activation, style, { blocks, of });
}

/** T_0(L) x, ..., T_{K-1}(L) x. */
function chebyshev(x: Tensor, graph: Messages, K: number): Tensor[] {
  const out = [x];
  for (let k = 1; k < K; k++) {
    const next = propagate(out[k - 1], graph);
    out.push(k === 1 ? next : next.mul(2).sub(out[k - 2]));
  }
  return out;
}
