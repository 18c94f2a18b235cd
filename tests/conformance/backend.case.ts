import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gradient } from "../../sdk/numerics/engine/gradient.js";
import type { BinaryFn, Graph, Node, Shape, UnaryFn } from "../../sdk/numerics/engine/graph.js";
import { inputsOf, sizeOf } from "../../sdk/numerics/engine/graph.js";
import type { Program } from "../../sdk/numerics/engine/program.js";
import { normal, uniform } from "../../sdk/numerics/engine/random.js";
import { compileReference } from "../../sdk/numerics/engine/reference/compile.js";
import { binary, concat, constant, fill, linear, matmul, type Tensor, unary, where } from "../../sdk/numerics/engine/tensor.js";
import type { AsyncProgram } from "../../sdk/numerics/engine/tfjs/async-program.js";
import { scan, type Tensors, trace } from "../../sdk/numerics/engine/trace.js";
import { keyed } from "../../sdk/numerics/random.js";
import { expectClose, type Tolerance } from "../tolerance.js";

export interface BackendSuite {
  readonly name: string;
  readonly compile: (graph: Graph) => Program | AsyncProgram;
  readonly tolerance: Tolerance;
  /** tests held to another tolerance, by name */
  readonly tolerances?: Readonly<Record<string, Tolerance>>;
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

type Inputs = Record<string, ArrayLike<number>>;

const unaryFns: readonly UnaryFn[] = [
  "neg",
  "abs",
  "sign",
  "step",
  "exp",
  "log",
  "sqrt",
  "square",
  "reciprocal",
  "tanh",
  "sigmoid",
  "relu",
  "softplus",
  "erf",
  "sin",
  "cos",
  "flush",
];
const binaryFns: readonly BinaryFn[] = ["add", "sub", "mul", "div", "max", "min", "gt", "tanhGrad", "sigmoidGrad", "reluGrad"];

/** Values without pattern, the same in every run, exact in float32. */
function valuesFor(graph: Graph, seed = 1): Record<string, Float64Array> {
  let state = seed * 2654435761;
  const draw = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return Math.fround(((state >>> 8) / 2 ** 24) * 3 - 1.5);
  };
  return Object.fromEntries(inputsOf(graph).map(({ name, shape }) => [name, Float64Array.from({ length: sizeOf(shape) }, draw)]));
}

/** Checks whose results are still on their way from a device; the test that began them waits for them. */
const pending: Promise<void>[] = [];

/** What the test that runs now is held to. */
let tolerance: Tolerance;

/** The results of a backend must be those of the reference interpreter, twice in a row. */
function checkAgainstReference(suite: BackendSuite, graph: Graph, inputs: Inputs = valuesFor(graph)): void {
  const expected = compileReference(graph).run(inputs);
  const program = suite.compile(graph);
  const allowed = tolerance;
  const compare = (run: string, actual: Readonly<Record<string, ArrayLike<number>>>): void => {
    for (const { name, shape } of program.outputs) {
      expect(actual[name].length).toBe(sizeOf(shape));
      expectClose(actual[name], expected[name], allowed, `${run} run, ${name}`);
    }
  };
  if ("run" in program) {
    compare("first", program.run(inputs));
    compare("second", program.run({}));
    program.dispose();
  } else {
    const twice = async (): Promise<void> => {
      compare("first", await program.runAsync(inputs));
      compare("second", await program.runAsync({}));
    };
    pending.push(twice().finally(() => program.dispose()));
  }
}

/** One run, whether the program answers at once or later. */
const resultOf = async (program: Program | AsyncProgram, inputs: Inputs): Promise<Readonly<Record<string, ArrayLike<number>>>> =>
  "run" in program ? program.run(inputs) : program.runAsync(inputs);

/** Every backend must pass this suite; `skip` names tests it cannot pass and says why. */
export function runBackendSuite(suite: BackendSuite): void {
  const skipped = new Map((suite.skip ?? []).flatMap(({ reason, tests }) => tests.map((name) => [name, reason] as const)));
  const check = (name: string, run: () => void | Promise<void>): void => {
    const reason = skipped.get(name);
    const whole = async (): Promise<void> => {
      tolerance = suite.tolerances?.[name] ?? suite.tolerance;
      await run();
      await Promise.all(pending.splice(0));
    };
    if (reason === undefined) test(name, whole);
    else test.skip(`${name} (${reason})`, whole);
  };
  const same = (inputs: Record<string, Shape>, formula: (t: Tensors) => Tensors): void =>
    checkAgainstReference(suite, trace(inputs, formula));

  describe(suite.name, () => {
    describe("elementwise", () => {
      for (const fn of unaryFns) {
        check(fn, () => {
          // lengths around the vector widths, and edges where the function has a value
          for (const n of [1, 2, 3, 4, 5, 7, 8, 33]) same({ x: [n] }, ({ x }) => ({ y: unary(fn, x) }));
          const edges = [0, -0, 1e-30, -1e-30, 1e-4, -1e-4, 0.5, -0.5, 1, -1, 3, -3, 9, -9, 20, -20, 60, -60, 84, -84];
          const graph = trace({ x: [edges.length] }, ({ x }) => ({ y: unary(fn, x) }));
          checkAgainstReference(suite, graph, { x: edges.map(Math.fround) });
        });
        check(`${fn} of NaN and infinities`, () => {
          const graph = trace({ x: [5] }, ({ x }) => ({ y: unary(fn, x) }));
          checkAgainstReference(suite, graph, {
            x: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, Number.NaN],
          });
        });
      }
      for (const fn of binaryFns) {
        check(fn, () => {
          const shapes: [Shape, Shape][] = [
            [[5], [5]],
            [
              [4, 7],
              [4, 7],
            ],
            [[4, 7], []],
            [[], [4, 7]],
            [[4, 7], [7]],
            [[7], [4, 7]],
            [
              [4, 7],
              [4, 1],
            ],
            [
              [4, 1],
              [4, 7],
            ],
            [
              [4, 1],
              [1, 7],
            ],
            [
              [2, 1, 5],
              [3, 1],
            ],
            [
              [2, 3, 5],
              [2, 1, 5],
            ],
            [[1], [1, 1, 1]],
            [
              [2, 1, 3, 1],
              [1, 4, 1, 9],
            ],
          ];
          for (const [a, b] of shapes) same({ a, b }, (t) => ({ y: binary(fn, t.a, t.b) }));
          same({ a: [3, 4] }, ({ a }) => ({ y: binary(fn, a, a) }));
          same({ a: [3, 4] }, ({ a }) => ({ y: binary(fn, a.transpose([1, 0]), a.reshape([4, 3])) }));
        });
        check(`${fn} of NaN and infinities`, () => {
          const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1, -2];
          const graph = trace({ a: [6, 1], b: [6] }, (t) => ({ y: binary(fn, t.a, t.b) }));
          checkAgainstReference(suite, graph, { a: special, b: special });
          const flat = trace({ a: [36], b: [36] }, (t) => ({ y: binary(fn, t.a, t.b) }));
          const left = special.flatMap((x) => special.map(() => x));
          checkAgainstReference(suite, flat, { a: left, b: special.flatMap(() => special) });
        });
      }
      check("sums with fixed weights", () => {
        for (const n of [1, 3, 4, 9, 33]) {
          same({ x: [n], k: [n], l: [n], m: [n] }, ({ x, k, l, m }) => {
            const mean = k
              .add(l.mul(2))
              .add(m.mul(2))
              .sub(x)
              .mul(0.1 / 6);
            const long = x
              .sub(k.mul(3))
              .sub(l.neg().add(m.mul(-0.5)))
              .add(k)
              .sub(l.mul(7))
              .add(m)
              .add(x.mul(0.25))
              .neg();
            return {
              rk: x.add(mean),
              shared: mean.mul(2).add(mean),
              long,
              twice: x.add(x).sub(x.mul(3)),
              half: x.mul(0.5).neg(),
            };
          });
        }
        same({ x: [3, 4], k: [4, 3] }, ({ x, k }) => ({
          y: x.add(k.transpose([1, 0]).mul(2)).sub(x.slice(0, 1, 1).broadcast([3, 4]).mul(3)),
        }));
      });
      check("where", () => {
        same({ c: [9], a: [9], b: [9] }, ({ c, a, b }) => ({ y: where(c.gt(0), a, b) }));
        same({ c: [3, 1], a: [4], b: [3, 4] }, ({ c, a, b }) => ({ y: where(c.gt(0), a, b) }));
        same({ c: [3, 5] }, ({ c }) => ({ y: where(c.gt(0), c, fill(c, [3, 5], 7)) }));
        const graph = trace({ c: [4], a: [4], b: [4] }, ({ c, a, b }) => ({ y: where(c, a, b) }));
        checkAgainstReference(suite, graph, { c: [0, -0, Number.NaN, 2], a: [1, 2, 3, 4], b: [Number.NaN, 6, 7, 8] });
      });
    });

    describe("products", () => {
      const sizes = [1, 2, 3, 4, 5, 8, 9, 17];
      check("linear", () => {
        for (const m of sizes) {
          for (const n of [1, 2, 4, 7, 8, 13, 16, 33]) {
            same({ x: [m, 3], W: [3, n], b: [n] }, ({ x, W, b }) => ({ y: linear(x, W, b, "tanh") }));
          }
        }
        for (const act of ["none", "tanh", "sigmoid", "relu"] as const) {
          same({ x: [2, 3, 5], W: [5, 6], b: [6] }, ({ x, W, b }) => ({
            y: linear(x, W, b, act),
            z: linear(x, W, null, act),
          }));
          same({ x: [5], W: [5, 6], b: [6] }, ({ x, W, b }) => ({ y: linear(x, W, b, act) }));
        }
        same({ x: [3, 5], W: [6, 3] }, ({ x, W }) => ({
          y: linear(x.transpose([1, 0]), W.transpose([1, 0]), null, "none"),
        }));
      });
      check("matmul", () => {
        for (const [ta, tb] of [
          [false, false],
          [true, false],
          [false, true],
          [true, true],
        ]) {
          for (const m of sizes) {
            for (const [k, n] of [
              [1, 1],
              [3, 2],
              [4, 9],
              [7, 5],
              [6, 16],
            ]) {
              same({ a: ta ? [k, m] : [m, k], b: tb ? [n, k] : [k, n] }, ({ a, b }) => ({ y: matmul(a, b, ta, tb) }));
            }
          }
          const a = ta ? [4, 3] : [3, 4];
          const b = tb ? [5, 4] : [4, 5];
          same({ a: [2, ...a], b: [2, ...b] }, (t) => ({ y: matmul(t.a, t.b, ta, tb) }));
          same({ a: [6, 2, ...a], b }, (t) => ({ y: matmul(t.a, t.b, ta, tb) }));
          same({ a, b: [3, ...b] }, (t) => ({ y: matmul(t.a, t.b, ta, tb) }));
          same({ a: [6, 1, ...a], b: [1, 2, ...b] }, (t) => ({ y: matmul(t.a, t.b, ta, tb) }));
        }
      });
      check("long and wide products", () => {
        for (const [m, k, n] of [
          [38, 300, 9],
          [33, 18, 131],
          [135, 257, 70],
        ]) {
          const shapes = { a: [m, k], b: [k, n], c: [m, n], r: [n] };
          same(shapes, ({ a, b, c }) => ({ y: binary("tanhGrad", matmul(a.mul(0.1), b).add(c), c), z: matmul(a, b) }));
          same(shapes, ({ a, b, r }) => ({ y: linear(a.mul(0.01), b, r, "tanh") }));
          same({ a: [k, m], b: [n, k] }, ({ a, b }) => ({ y: matmul(a, b, true, true) }));
        }
      });
      check("products with something added or followed by a function", () => {
        const shapes = { a: [9, 4], b: [4, 6], c: [9, 6], r: [6] };
        same(shapes, ({ a, b, c }) => ({ y: matmul(a, b).add(c) }));
        same(shapes, ({ a, b, r }) => ({ y: r.add(matmul(a, b)).tanh() }));
        same(shapes, ({ a, b, c }) => ({ y: binary("tanhGrad", matmul(a, b), c) }));
        same(shapes, ({ a, b, c, r }) => ({ y: binary("reluGrad", matmul(a, b).add(c), r.broadcast([9, 6])) }));
        same(shapes, ({ a, b, c }) => ({
          y: matmul(a, b)
            .add(c)
            .add(linear(a, b, null, "none")),
        }));
        same({ x: [6, 6] }, ({ x }) => ({ y: x.add(matmul(x, x)), z: matmul(x, x, true, true).add(x).sigmoid() }));
        same({ a: [2, 9, 4], b: [4, 6], c: [2, 9, 6] }, ({ a, b, c }) => ({ y: linear(a, b, null, "none").add(c).relu() }));
        same({ a: [2, 3, 4], b: [2, 4, 6], c: [3, 6] }, ({ a, b, c }) => ({
          y: binary("tanhGrad", matmul(a, b).add(c), matmul(a, b)),
        }));
        same({ a: [3, 4], b: [4, 5] }, ({ a, b }) => ({ y: matmul(a, b).add(2), z: matmul(a, b) }));
      });
      check("NaN and infinities pass through products", () => {
        const graph = trace({ a: [5, 2], b: [2, 9] }, ({ a, b }) => ({ y: matmul(a, b) }));
        const inputs = valuesFor(graph);
        inputs.a[3] = Number.NaN;
        inputs.b[4] = Number.POSITIVE_INFINITY;
        inputs.a[8] = 0;
        checkAgainstReference(suite, graph, inputs);
      });
    });

    describe("reductions and movements", () => {
      for (const fn of ["sum", "max"] as const) {
        check(`reduce ${fn}`, () => {
          const reduce = (x: Tensor, axes: number[], keep: boolean): Tensor =>
            fn === "sum" ? x.sum(axes, keep) : x.maximum(axes, keep);
          const shape = [3, 4, 5, 6];
          for (let mask = 0; mask < 16; mask++) {
            const axes = shape.flatMap((_, i) => (mask & (1 << i) ? [i] : []));
            for (const keep of [false, true]) same({ x: shape }, ({ x }) => ({ y: reduce(x, axes, keep) }));
            same({ x: [3, 1, 5, 1] }, ({ x }) => ({ y: reduce(x, axes, false) }));
            same({ x: shape }, ({ x }) => ({ y: reduce(x.transpose([2, 0, 3, 1]), axes, false) }));
          }
          for (const n of [1, 2, 3, 4, 5, 15, 16, 17, 31, 64, 5000]) {
            same({ x: [n] }, ({ x }) => ({ y: reduce(x, [0], false) }));
            same({ x: [3, n] }, ({ x }) => ({ y: reduce(x, [0], false), z: reduce(x, [1], false) }));
          }
          same({ x: [7] }, ({ x }) => ({
            y: reduce(x.broadcast([3, 7]), [0], false),
            z: reduce(x.broadcast([3, 7]), [1], false),
          }));
        });
      }
      check("max of NaN is NaN", () => {
        const graph = trace({ x: [3, 6] }, ({ x }) => ({ y: x.maximum([1]), z: x.maximum([0]), s: x.sum() }));
        const inputs = valuesFor(graph);
        inputs.x[7] = Number.NaN;
        inputs.x[17] = Number.NEGATIVE_INFINITY;
        checkAgainstReference(suite, graph, inputs);
      });
      check("reshape, broadcast, transpose, slice, concat", () => {
        same({ x: [2, 3, 4] }, ({ x }) => ({
          a: x.reshape([6, 4]),
          b: x.transpose([2, 0, 1]),
          c: x.transpose([2, 0, 1]).reshape([8, 3]),
          d: x.slice(1, 1, 2).slice(2, 0, 2, 3),
          e: x.sum([0]).broadcast([5, 3, 4]),
          f: concat([x, x.slice(1, 0, 1), x.mul(2)], 1),
          g: x.slice(0, 1, 1).reshape([3, 4]).exp(),
          h: x.stop().transpose([1, 0, 2]).slice(2, 3, 1).exp(),
          i: concat([x.sum([0]), x.sum([1])], 0),
        }));
      });
      check("concat of values made for it, twice, nested and in loops", () => {
        same({ x: [2, 3] }, ({ x }) => {
          const [a, b] = [x.exp(), x.mul(3).sin()];
          const joined = concat([a, b, a], 0);
          return { joined, nested: concat([joined, b.tanh()], 0).mul(2), sum: a.add(b), across: concat([a, b], 1) };
        });
        same({ x: [2, 3] }, ({ x }) => {
          const { carry, stack } = scan({ carry: { x: concat([x, x.neg()], 0) }, length: 3 }, (c) => {
            const [top, bottom] = [c.x.slice(0, 0, 2).cos(), c.x.slice(0, 2, 2).mul(0.5).add(1)];
            return { carry: { x: concat([bottom, top], 0) }, stack: { both: concat([top, bottom], 0), top } };
          });
          return { ...carry, ...stack };
        });
      });
      check("an input and a constant as outputs", () => {
        same({ x: [3] }, ({ x }) => ({
          a: x,
          b: constant(x, [2, 2], [1, 2, 3, 4]),
          c: fill(x, [2, 3], 5),
          d: x.reshape([3, 1]),
        }));
      });
      check("pad", () => {
        const pad = (inputs: Shape, shape: Shape, before: number[], steps: number[]): void => {
          const nodes: Node[] = [
            { op: "input", inputs: [], shape: inputs, name: "x" },
            { op: "pad", inputs: [0], shape, before, steps },
          ];
          checkAgainstReference(suite, { nodes, inputs: [0], outputs: [{ name: "y", node: 1 }] });
        };
        pad([3], [10], [2], [3]);
        pad([2, 3], [5, 7], [1, 0], [2, 3]);
        pad([2, 3], [2, 3], [0, 0], [1, 1]);
      });
      check("gather and scatterAdd", () => {
        for (const axis of [0, 1, 2]) {
          same({ x: [4, 3, 5] }, ({ x }) => ({ y: x.gather(axis, [2, 0, 2, 1, 2]), z: x.gather(axis, [1]) }));
          same({ x: [4, 3, 5] }, ({ x }) => ({ y: x.scatterAdd(axis, [2, 0, 2, 6, 2].slice(0, x.shape[axis]), 7) }));
        }
      });
      check("arrays without entries", () => {
        same({ x: [0, 3], y: [2, 3] }, ({ x, y }) => ({ a: x.exp(), b: x.sum([0]), c: concat([x, y], 0), d: x.sum() }));
        same({ x: [3, 0], y: [0, 4] }, ({ x, y }) => ({ a: matmul(x, y) }));
      });
    });

    describe("random numbers", () => {
      const key = keyed(3).fold("noise");
      check("draws by a key", () => {
        for (const n of [0, 1, 3, 4, 5, 33]) {
          same({ x: [n] }, ({ x }) => ({
            u: uniform(x, [n], key, { low: -1, high: 3 }).mul(x),
            z: normal(x, [2, n], key, { mean: 0.5, std: 2 }),
          }));
        }
        same({ x: [3] }, ({ x }) => {
          const { carry } = scan({ carry: { x }, length: 4 }, (c) => ({ carry: { x: c.x.add(normal(c.x, [3], key)) } }));
          return carry;
        });
      });
      check("draws by a key and a counter", () => {
        const graph = trace({ step: [] }, ({ step }) => {
          const { carry, stack } = scan({ carry: { step, x: fill(step, [5], 0) }, length: 4 }, (c) => {
            const noise = normal(c.x, [5], key, { counter: c.step });
            return { carry: { step: c.step.add(1), x: c.x.mul(0.9).add(noise) }, stack: { noise } };
          });
          return { ...carry, ...stack, u: uniform(step, [2, 3], key, { counter: step.reshape([1, 1]) }) };
        });
        for (const step of [0, 12, -3, 0.5]) checkAgainstReference(suite, graph, { step: [step] });
      });
    });

    describe("loops", () => {
      for (const reverse of [false, true]) {
        const way = reverse ? "backwards" : "forwards";
        check(`carries and stacks, ${way}`, () => {
          same({ x: [4], u: [6, 4], W: [4, 4] }, ({ x, u, W }) => {
            const { carry, stack } = scan(
              { carry: { x, s: fill(x, [], 0) }, slices: { u }, length: 6, reverse },
              (c, { u: row }) => {
                const next = matmul(c.x.reshape([1, 4]), W)
                  .reshape([4])
                  .mul(0.5)
                  .add(row)
                  .tanh();
                return { carry: { x: next, s: c.s.add(next.sum()) }, stack: { before: c.x, after: next, row, fixed: W.exp() } };
              },
            );
            return { ...carry, ...stack };
          });
        });
        check(`carries that change places, ${way}`, () => {
          same({ a: [3], b: [3], c: [3] }, (t) => {
            const { carry, stack } = scan({ carry: t, length: 5, reverse }, ({ a, b, c }) => ({
              carry: { a: b, b: c.add(a), c: a },
              stack: { a, sum: a.add(b) },
            }));
            return { ...carry, ...stack };
          });
        });
        check(`loops in loops, ${way}`, () => {
          same({ x: [2, 3], u: [4, 5, 3], v: [4, 2] }, ({ x, u, v }) => {
            const { carry, stack } = scan({ carry: { x }, slices: { u, v }, length: 4, reverse }, (c, s) => {
              const inner = scan({ carry: { y: c.x }, slices: { r: s.u }, length: 5, reverse: !reverse }, (d, { r }) => {
                const y = d.y
                  .mul(0.9)
                  .add(r.mul(s.v.reshape([2, 1])))
                  .sin();
                return { carry: { y }, stack: { y, z: y.sum([1]), x: c.x } };
              });
              return {
                carry: { x: inner.carry.y.add(c.x) },
                stack: { inner: inner.stack.y, z: inner.stack.z.sum([0]), x: inner.stack.x },
              };
            });
            return { ...carry, ...stack };
          });
        });
      }
      check("a carry read again after its successor is made", () => {
        same({ x: [5] }, ({ x }) => {
          const { carry, stack } = scan({ carry: { x, k: x }, length: 4 }, (c) => {
            const next = c.x.mul(1.1).add(c.k);
            return { carry: { x: next, k: c.x.sub(next) }, stack: { d: next.sub(c.x) } };
          });
          return { ...carry, ...stack };
        });
      });
      check("a carry that stays, one that is a constant, one that is a slice", () => {
        same({ x: [3], u: [4, 3] }, ({ x, u }) => {
          const { carry, stack } = scan({ carry: { x, y: x, z: x, w: x }, slices: { u }, length: 4 }, (c, s) => ({
            carry: { x: c.x, y: fill(c.x, [3], 2), z: s.u, w: x },
            stack: { y: c.y, z: c.z.add(c.w) },
          }));
          return { ...carry, ...stack };
        });
      });
      check("a carry broadcast against itself", () => {
        same({ x: [3, 3] }, ({ x }) => {
          const { carry } = scan({ carry: { x }, length: 3 }, (c) => ({
            carry: {
              x: c.x
                .mul(0.3)
                .sub(c.x.transpose([1, 0]))
                .add(c.x.slice(0, 1, 1)),
            },
          }));
          return carry;
        });
      });
      check("slices of strided and broadcast arrays", () => {
        same({ x: [3], u: [3, 5], v: [3] }, ({ x, u, v }) => {
          const { carry, stack } = scan(
            { carry: { x }, slices: { u: u.transpose([1, 0]), v: v.broadcast([5, 3]) }, length: 5 },
            (c, s) => ({
              carry: { x: c.x.mul(s.u).add(s.v) },
              stack: { u: s.u },
            }),
          );
          return { ...carry, ...stack };
        });
      });
      check("loops of one pass and of none", () => {
        for (const length of [0, 1]) {
          same({ x: [3], u: [length, 3] }, ({ x, u }) => {
            const { carry, stack } = scan({ carry: { x }, slices: { u }, length }, (c, s) => ({
              carry: { x: c.x.add(s.u) },
              stack: { x: c.x },
            }));
            return { ...carry, ...stack };
          });
        }
      });
    });

    describe("whole formulas", () => {
      check("a neural ODE with its gradient", () => {
        const shapes = { x: [5, 2], y: [7, 5, 2], W: [2, 9], b: [9], V: [9, 2], c: [2] };
        const graph = trace(shapes, ({ x, y, W, b, V, c }) => {
          const f = (z: Tensor): Tensor => linear(linear(z, W, b, "tanh"), V, c, "none");
          const h = 0.1;
          const { carry } = scan({ carry: { x, loss: fill(x, [], 0) }, slices: { y }, length: 7 }, ({ x: z, loss }, s) => {
            const k1 = f(z);
            const k2 = f(z.add(k1.mul(h / 2)));
            const k3 = f(z.add(k2.mul(h / 2)));
            const k4 = f(z.add(k3.mul(h)));
            const next = z.add(
              k1
                .add(k2.mul(2))
                .add(k3.mul(2))
                .add(k4)
                .mul(h / 6),
            );
            return { carry: { x: next, loss: loss.add(next.sub(s.y).square().mean()) } };
          });
          return { loss: carry.loss };
        });
        checkAgainstReference(suite, gradient(graph, "loss", ["x", "W", "b", "V", "c"]));
      });
      check("random compositions", () => {
        fc.assert(
          fc.property(
            fc.array(fc.tuple(fc.nat(17), fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 14 }),
            fc.nat(1000),
            (steps, seed) => {
              const graph = trace({ a: [4, 6], b: [6], W: [6, 6] }, (t) => compose(t, steps));
              checkAgainstReference(suite, graph, valuesFor(graph, seed + 1));
            },
          ),
          { numRuns: 150, seed: 20240611 },
        );
      });
    });

    describe("the program", () => {
      check("keeps inputs left out, refuses wrong ones, ends with dispose", async () => {
        const program = suite.compile(trace({ x: [2], w: [2] }, ({ x, w }) => ({ y: x.mul(w) })));
        const y = async (inputs: Inputs): Promise<number[]> => Array.from((await resultOf(program, inputs)).y);
        const code = (code: string) => expect.objectContaining({ code, hint: expect.any(String) });
        await expect(y({ x: [1, 2] })).rejects.toThrow(code("E_BACKEND"));
        expect(await y({ x: [1, 2], w: [3, 4] })).toEqual([3, 8]);
        expect(await y({ x: [5, 6] })).toEqual([15, 24]);
        await expect(y({ x: [1] })).rejects.toThrow(code("E_SHAPE"));
        await expect(y({ x: [1] })).rejects.toThrow('input "x" has 1 values, its shape [2] needs 2');
        await expect(y({ z: [1] })).rejects.toThrow(code("E_SHAPE"));
        expect(program.explain()).toContain(program.dtype);
        program.dispose();
        await expect(y({})).rejects.toThrow(code("E_BACKEND"));
      });
      check("the same inputs give the same bits", async () => {
        const graph = trace({ x: [9, 7], W: [7, 5] }, ({ x, W }) => ({
          y: linear(x, W, null, "tanh").exp().sum([0]),
          z: matmul(x, x, true),
        }));
        const inputs = valuesFor(graph);
        const [one, other] = [suite.compile(graph), suite.compile(graph)];
        const bits = async (program: Program | AsyncProgram): Promise<number[][]> =>
          Object.values(await resultOf(program, inputs)).map((v) => Array.from(v));
        const first = await bits(one);
        expect(await bits(one)).toEqual(first);
        expect(await bits(other)).toEqual(first);
        one.dispose();
        other.dispose();
      });
    });
  });
}

/** A formula made of numbered steps; every intermediate of shape [4, 6] may be an operand of a later one. */
function compose(inputs: Tensors, steps: readonly [op: number, first: number, second: number][]): Tensors {
  const { b, W } = inputs;
  const pool = [inputs.a];
  for (const [op, i, j] of steps) {
    const [x, y] = [pool[i % pool.length], pool[j % pool.length]];
    const made = [
      () => x.add(y),
      () => x.sub(y.mul(b)),
      () => x.mul(0.3).sub(y.neg().mul(0.5)),
      () => y.mul(-0.5),
      () => binary("tanhGrad", x.tanh(), y.tanh()),
      () => linear(x, W, b, "tanh"),
      () => matmul(x, W, false, true).mul(0.3).add(y.mul(0.1)),
      () =>
        matmul(matmul(x.tanh(), y.tanh(), true), W)
          .slice(0, 1, 4)
          .mul(0.05),
      () => x.sum([1], true).mul(0.1).add(b).sin(),
      () => x.maximum([0]).broadcast([4, 6]),
      () => concat([x.slice(1, 2, 4), y.slice(1, 0, 2)], 1),
      () => x.gather(0, [3, 1, 1, 0]).sigmoid(),
      () => x.scatterAdd(1, [0, 2, 2, 5, 1, 0], 6).tanh(),
      () => where(x.gt(y), x, y.neg()),
      () => x.transpose([1, 0]).reshape([4, 6]).softplus(),
      () => matmul(x, W).add(y.cos()).tanh(),
      () =>
        scan({ carry: { x: x.tanh() }, slices: { r: y }, length: 4 }, (c, s) => ({
          carry: { x: c.x.add(s.r.mul(0.1)).tanh() },
          stack: { row: c.x.sum([0]).add(s.r) },
        })).stack.row,
      () =>
        scan({ carry: { x: x.sin(), z: y.tanh() }, length: 3, reverse: true }, (c) => ({
          carry: { x: c.z, z: matmul(c.x, W).mul(0.2).add(c.z).tanh() },
        })).carry.z,
    ][op]();
    pool.push(made);
  }
  return { last: pool[pool.length - 1], total: pool.reduce((sum, t) => sum.add(t.tanh())).sum() };
}
