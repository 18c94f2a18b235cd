import {
  concat,
  fill,
  type Graph,
  inlineGraph,
  inputsOf,
  type Shape,
  scan,
  type Tensor,
  type Tensors,
  trace,
  vectorJacobian,
  vectorJacobianHalves,
} from "../../numerics/engine/index.js";
import type { Tableau } from "../../numerics/ode/tableaus.js";
import { contextOf, contextShapes, edgeShape } from "./context.js";
import type { Model } from "./model.js";
import { parameterShapes, pickParameters } from "./parameters.js";
import { rolloutRate } from "./rollout.js";

/** Steps whose way back is one run of a program, where so many follow each other. */
export const CHAIN = 8;

/** The formulas of an adaptive rollout, as graphs made when asked for. */
export interface AdaptiveGraphs {
  /** x0, u0, g0 -> z */
  start(): Graph;
  startBack(): Graph;
  /** z, u, g -> k */
  rate(): Graph;
  rateBack(): Graph;
  /** z, k0, h, u, g -> y, k: a step with all its stages, those of the dense output where `dense` */
  step(dense: boolean): Graph;
  /** the same with `residuals` for its way back */
  stepForward(dense: boolean): Graph;
  /**
   * the way back of `count` steps that follow each other: `residuals`, h, u and g of each, the cotangents of outputs at the end of
   * each (`ends`), of outputs inside (`inside` for the state it begins with, `stages` for k), those of the state and the rate
   * that the last one leads to (`cot:z`, `cot:k0`) -> `grad:<parameter>`, `grad:z`, `grad:k0`
   */
  stepsBack(dense: boolean, count: number): Graph;
}

export function adaptiveGraphs(model: Model, B: number, tableau: Tableau): AdaptiveGraphs {
  const { dims, parameters } = model;
  const names = parameters.map(({ name }) => name);
  const shapes = parameterShapes(parameters);
  const state = [B, dims.z];
  const weightsOf = (t: Tensors): Tensors => pickParameters(parameters, t);
  const edges = edgeShape(model, B);
  /** control at each stage; the graph does not change in a step */
  const context = (lead: Shape, stages: number): Record<string, Shape> => ({
    ...contextShapes(model, B, [...lead, stages]),
    ...(edges === null ? {} : { g: [...lead, ...edges] }),
  });
  const rowsOf = (dense: boolean): readonly (readonly number[])[] =>
    dense ? [...tableau.a, ...(tableau.extra?.a ?? [])] : tableau.a;

  const start = (): Graph =>
    trace(
      {
        ...shapes,
        x0: [B, dims.x],
        ...(dims.u === 0 ? {} : { u0: [B, dims.u] }),
        ...(edges === null ? {} : { g0: edges }),
      },
      (t) => ({ z: model.encode(weightsOf(t), t.x0, { u: t.u0 ?? null, p: null, g: t.g0 ?? null }) }),
    );
  const rate = (): Graph =>
    trace({ ...shapes, z: state, ...contextShapes(model, B) }, (t) => ({
      k: rolloutRate(model, weightsOf(t), t.z, contextOf(t)),
    }));
  /** `last` is the rate at the end of the step */
  const step = (dense: boolean): Graph => {
    const a = rowsOf(dense);
    return trace({ ...shapes, z: state, k0: state, h: [1], ...context([], a.length) }, (t) => {
      const w = weightsOf(t);
      const k: Tensor[] = [t.k0];
      // stages times h: one sum with fixed weights then gives each point
      const moves = [t.k0.mul(t.h)];
      const moved = (weights: readonly number[]): Tensor =>
        weights.reduce((z, v, j) => (v === 0 ? z : z.add(moves[j].mul(v))), t.z);
      for (let i = 1; i < a.length; i++) {
        const u = t.u === undefined ? null : t.u.slice(0, i, 1).reshape([B, dims.u]);
        k.push(rolloutRate(model, w, moved(a[i]), { u, p: t.p ?? null, g: t.g ?? null }));
        moves.push(k[i].mul(t.h));
      }
      return { y: moved(tableau.b), k: concat(k, 0), last: k[tableau.c.length - 1] };
    });
  };
  const halves = (dense: boolean) => {
    const graph = step(dense);
    const atHand = inputsOf(graph).flatMap(({ name }) => (name === "z" || name === "k0" ? [] : [name]));
    return vectorJacobianHalves(graph, ["y", "k", "last"], [...names, "z", "k0"], atHand);
  };

  const stepsBack = (dense: boolean, count: number): Graph => {
    const { backward } = halves(dense);
    const stages = rowsOf(dense).length;
    const { p, ...held } = context([count], stages);
    const residuals = inputsOf(backward).find(({ name }) => name === "residuals")?.shape ?? [0];
    const each = {
      residuals: [count, ...residuals],
      h: [count, 1],
      ...held,
      ends: [count, ...state],
      inside: [count, ...state],
      stages: [count, stages * B, dims.z],
    };
    const given = { ...shapes, ...(p === undefined ? {} : { p }), ...each, "cot:z": state, "cot:k0": state };
    return trace(given, (t) => {
      const sums = Object.fromEntries(names.map((name) => [`sum:${name}`, fill(t.h, shapes[name], 0)]));
      const slices = Object.fromEntries(Object.keys(each).map((name) => [name, t[name]]));
      const fixed = { ...weightsOf(t), ...(t.p === undefined ? {} : { p: t.p }) };
      const { carry } = scan(
        { carry: { z: t["cot:z"], k0: t["cot:k0"], ...sums }, slices, length: count, reverse: true },
        (c, s) => {
          const { residuals, h, u, g } = s;
          const cotangents = { "cot:y": c.z.add(s.ends), "cot:k": s.stages, "cot:last": c.k0 };
          const given = {
            ...fixed,
            residuals,
            h,
            ...(u === undefined ? {} : { u }),
            ...(g === undefined ? {} : { g }),
            ...cotangents,
          };
          const back = inlineGraph(backward, given, []);
          const added = names.map((name) => [`sum:${name}`, c[`sum:${name}`].add(back[`grad:${name}`])]);
          return { carry: { z: back["grad:z"].add(s.inside), k0: back["grad:k0"], ...Object.fromEntries(added) } };
        },
      );
      const gradients = names.map((name) => [`grad:${name}`, carry[`sum:${name}`]]);
      return { ...Object.fromEntries(gradients), "grad:z": carry.z, "grad:k0": carry.k0 };
    });
  };

  return {
    start,
    startBack: () => vectorJacobian(start(), ["z"], names),
    rate,
    rateBack: () => vectorJacobian(rate(), ["k"], [...names, "z"]),
    step,
    stepForward: (dense) => halves(dense).forward,
    stepsBack,
  };
}
