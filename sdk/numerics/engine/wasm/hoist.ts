import { Builder, type Ref } from "../builder.js";
import { type Graph, type Node, type ScanNode, sizeOf } from "../graph.js";

/** Rows of a pass up to which the products of all passes are better made at once: at 64 rows it costs 8 percent. */
const fewRows = 4;
/** Entries that may be kept for that: a long loop that is to store little is left alone. */
const mostKept = 2 ** 22;

/** One term of a carry that only sums: the product of two values of a pass, the first one transposed. */
interface Term {
  readonly a: number;
  readonly b: number;
}

/**
 * The same graph with the weights' gradients of loops over few rows taken out of the loop: instead of adding A^T D in every pass,
 * the rows of A and D of all passes are kept and multiplied once, k as long as the loop. A weight then is read and written once
 * instead of once a pass.
 */
export function hoisted(graph: Graph): Graph {
  const plans = graph.nodes.map((node) => (node.op === "scan" ? sumsOf(node) : new Map<number, Term[]>()));
  if (plans.every((plan) => plan.size === 0)) return graph;
  const builder = new Builder();
  const placed: Ref[] = [];
  const picks = new Map<number, readonly Ref[]>();
  graph.nodes.forEach((node, i) => {
    if (node.op === "input") placed[i] = builder.input(node.name, node.shape);
    else if (node.op === "scan" && plans[i].size > 0) {
      picks.set(
        i,
        writeLoop(
          builder,
          node,
          plans[i],
          node.inputs.map((j) => placed[j]),
        ),
      );
    } else if (node.op === "pick" && picks.has(node.inputs[0])) {
      placed[i] = (picks.get(node.inputs[0]) as readonly Ref[])[node.index];
    } else {
      const operands = node.inputs.map((j) => placed[j]);
      placed[i] = builder.add(node, operands);
    }
  });
  return builder.graph(Object.fromEntries(graph.outputs.map(({ name, node }) => [name, placed[node]])));
}

/** The carries of a loop that are sums of products of few rows and nothing else, with their terms in order. */
function sumsOf({ body, carries, length }: ScanNode): Map<number, Term[]> {
  const uses = body.nodes.map(() => 0);
  for (const node of body.nodes) for (const j of node.inputs) uses[j]++;
  for (const { node } of body.outputs) uses[node]++;
  const isTerm = (node: Node): boolean =>
    node.op === "matmul" &&
    node.ta &&
    !node.tb &&
    node.inputs.every((j) => body.nodes[j].shape.length === 2) &&
    body.nodes[node.inputs[0]].shape[0] <= fewRows;
  const found = new Map<number, Term[]>();
  for (let c = 0; c < carries; c++) {
    const terms: Term[] = [];
    // what is added to the carry may itself be a sum
    const visit = (i: number): boolean => {
      if (i === body.inputs[c]) return uses[i] === 1;
      const node = body.nodes[i];
      if (uses[i] !== 1) return false;
      if (isTerm(node)) {
        const [a, b] = node.inputs as readonly [number, number];
        terms.push({ a, b });
        return true;
      }
      return (
        node.op === "binary" &&
        node.fn === "add" &&
        node.inputs.every((j) => String(body.nodes[j].shape) === String(node.shape)) &&
        node.inputs.every(visit)
      );
    };
    const end = body.outputs[c].node;
    if (end !== body.inputs[c] && visit(end) && terms.length > 0 && contains(body, end, body.inputs[c])) found.set(c, terms);
  }
  const factors = new Set([...found.values()].flat().flatMap(({ a, b }) => [a, b]));
  const kept = [...factors].reduce((n, i) => n + length * sizeOf(body.nodes[i].shape), 0);
  return kept > mostKept ? new Map() : found;
}

/** Whether the sum at `from` goes down to `wanted`. */
function contains(body: Graph, from: number, wanted: number): boolean {
  if (from === wanted) return true;
  const node = body.nodes[from];
  return node.op === "binary" && node.inputs.some((j) => contains(body, j, wanted));
}

/** Writes a loop without the summing carries, and their sums behind it. Returns the results by pick index. */
function writeLoop(builder: Builder, loop: ScanNode, plan: ReadonlyMap<number, Term[]>, operands: readonly Ref[]): Ref[] {
  const { body, carries, length } = loop;
  const keep = (k: number): boolean => !plan.has(k);
  const factors = [...new Set([...plan.values()].flat().flatMap(({ a, b }) => [a, b]))];
  // a factor that is a slice lies outside already
  const sliceAt = (i: number): number => {
    const k = body.inputs.indexOf(i);
    return k >= carries && k < carries + loop.slices ? k : -1;
  };
  const stacked = factors.filter((i) => sliceAt(i) < 0);
  const kept = body.outputs.map((_, k) => k).filter(keep);
  const inner = new Builder();
  const at: Ref[] = [];
  body.inputs.forEach((index, k) => {
    if (keep(k)) at[index] = inner.input(`in:${k}`, body.nodes[index].shape);
  });
  body.nodes.forEach((node, i) => {
    if (at[i] !== undefined || node.op === "input" || node.inputs.some((j) => at[j] === undefined)) return;
    const own = node.inputs.map((j) => at[j]);
    at[i] = inner.add(node, own);
  });
  const outputs = [...kept.map((k) => body.outputs[k].node), ...stacked];
  const made = builder.add(
    {
      op: "scan",
      shape: [],
      body: inner.graph(Object.fromEntries(outputs.map((i, k) => [`out:${k}`, at[i]]))),
      length,
      carries: carries - plan.size,
      slices: loop.slices,
      reverse: loop.reverse,
    },
    operands.filter((_, k) => keep(k)),
  );
  const pick = (index: number, shape: readonly number[]): Ref => builder.add({ op: "pick", shape: [...shape], index }, [made]);
  const results: Ref[] = [];
  kept.forEach((k, index) => {
    const { shape } = body.nodes[body.outputs[k].node];
    results[k] = pick(index, k < carries ? shape : [length, ...shape]);
  });
  const allRows = (i: number): Ref => {
    const [rows, width] = body.nodes[i].shape;
    const slice = sliceAt(i);
    const all = slice >= 0 ? operands[slice] : pick(kept.length + stacked.indexOf(i), [length, rows, width]);
    return builder.add({ op: "reshape", shape: [length * rows, width] }, [all]);
  };
  for (const [c, terms] of plan) {
    const { shape } = body.nodes[body.inputs[c]];
    results[c] = terms.reduce((sum, { a, b }) => {
      const product = builder.add({ op: "matmul", shape: [...shape], ta: true, tb: false }, [allRows(a), allRows(b)]);
      return builder.add({ op: "binary", shape: [...shape], fn: "add" }, [sum, product]);
    }, operands[c]);
  }
  return results;
}
