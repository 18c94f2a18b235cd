import { DymadError } from "../../../errors.js";
import { concat, fill, linear, type Tensor, where } from "../../../numerics/engine/index.js";
import { activated } from "../activation.js";
import { activationGain, initialMatrix } from "../initialise.js";
import { ending, type Layer, type Style } from "../layer.js";
import type { Parameter } from "../parameters.js";
import type { Activation } from "../spec.js";
import type { Topology } from "./topology.js";

/** Lower than any score, and still a number in float32. */
const NOWHERE = -1e30;
const SLOPE = 0.2;

/**
 * Graph attention: mean over heads of Σ_j α_ji W x_j + b, where α_ji is the softmax over the edges that end in i of
 * leakyrelu(a · W x_i + s · W x_j + v · e_ji), slope 0.2. Every node attends to itself too.
 *
 * @param name        prefix of the parameters: W [in, heads * out], target, source [heads, out], edge [attributes, heads], b [out]
 * @param attributes  numbers e_ji of an edge
 * @see               Veličković et al. 2018, "Graph attention networks", arXiv:1710.10903
 */
export function attentionLayer(
  name: string,
  inputs: number,
  outputs: number,
  activation: Activation,
  style: Style,
  attributes: number,
): Layer {
  const { heads } = style.gcl_opts;
  const gain = style.gain * activationGain(style.activation);
  const drawn = (key: string, rows: number, cols: number): Parameter => ({
    name: `${name}.${key}`,
    shape: [rows, cols],
    initial: (random) => initialMatrix(style.weight_init, gain, rows, cols, random),
  });
  const W = drawn("W", inputs, heads * outputs);
  const [atTarget, atSource] = [drawn("target", heads, outputs), drawn("source", heads, outputs)];
  const edge = attributes === 0 ? [] : [drawn("edge", attributes, heads)];
  const { parameters, bias, slope } = ending(name, outputs, activation, style);
  return {
    parameters: [W, atTarget, atSource, ...edge, ...parameters],
    apply(w, x, graph) {
      if (graph === null) throw new DymadError("E_INTERNAL", "a graph layer was given no graph");
      const { topology, values } = graph;
      const { source, target, nodes } = topology;
      const lead = x.shape.slice(0, -2);
      const heard = linear(x, w[W.name], null);
      const byHead = heard.reshape([...lead, nodes, heads, outputs]);
      const scoreOf = (part: Parameter): Tensor => byHead.mul(w[part.name]).sum([-1]);
      const scores = scoreOf(atTarget).gather(-2, target).add(scoreOf(atSource).gather(-2, source));
      const seen = edge.length === 0 ? scores : scores.add(linear(values.slice(-1, 1, attributes), w[edge[0].name], null));
      const present = values.slice(-1, 0, 1);
      const leaky = where(present, seen.max(seen.mul(SLOPE)), fill(seen, [], NOWHERE));
      const raised = leaky.sub(largestByTarget(leaky, topology).gather(-2, target).stop()).exp().mul(present);
      const share = raised.div(raised.scatterAdd(-2, target, nodes).gather(-2, target));
      const sent = byHead
        .reshape([...lead, nodes, heads * outputs])
        .gather(-2, source)
        .reshape([...lead, source.length, heads, outputs]);
      const arrived = sent
        .mul(share.reshape([...share.shape, 1]))
        .reshape([...lead, source.length, heads * outputs])
        .scatterAdd(-2, target, nodes)
        .reshape([...lead, nodes, heads, outputs])
        .mean([-2]);
      return activated(arrived.add(w[bias]), activation, w[slope]);
    },
  };
}

/** The largest score of the edges that end in each node, shape [..., N, heads]: softmax does not change when it is taken off. */
function largestByTarget(scores: Tensor, { target, nodes }: Topology): Tensor {
  const incoming: number[][] = Array.from({ length: nodes }, () => []);
  target.forEach((i, e) => {
    incoming[i].push(e);
  });
  const most = incoming.reduce((n, list) => Math.max(n, list.length), 1);
  const [lead, heads] = [scores.shape.slice(0, -2), scores.shape[scores.shape.length - 1]];
  // one row more stands for no edge
  const padded = concat([scores, fill(scores, [...lead, 1, heads], NOWHERE)], lead.length);
  const rows = incoming.flatMap((list) => Array.from({ length: most }, (_, k) => list[k] ?? target.length));
  return padded
    .gather(-2, rows)
    .reshape([...lead, nodes, most, heads])
    .maximum([-2]);
}
