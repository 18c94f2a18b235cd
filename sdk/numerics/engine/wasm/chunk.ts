import { Builder, type NodeSpec, type Ref } from "../builder.js";
import { type Graph, type Node, sizeOf } from "../graph.js";
import { commonRows, type Role, rolesOf, sumsRows, widthOf } from "./row-wise.js";

/** Bytes of the values of a group from which on passes over a few rows pay: below, everything stays in the cache anyway. */
const large = 1 << 18;
/** Bytes that the widest array of a pass should fill, and bounds of the rows of a pass. */
const filled = 32768;
const [fewest, most] = [32, 256];

interface Group {
  readonly members: number[];
  /** rows of one pass */
  readonly chunk: number;
}

/**
 * The same graph with long chains of row-wise nodes (an encoder on every sample of a batch, and its way back) made a loop over
 * a few rows at a time: what a layer writes is still in the cache when the next one reads it. Sums over rows become sums over
 * passes in their order, which the shapes fix.
 *
 * @param bytes  bytes of one entry
 */
export function chunked(graph: Graph, bytes: number): Graph {
  const rows = commonRows(graph);
  if (rows === 0) return graph;
  const roles = graph.nodes.map((node) => rolesOf(graph, node, rows));
  const sums = graph.nodes.map((node) => sumsRows(graph, node, rows));
  const levels = levelsOf(graph, roles, sums);
  const groups = groupsOf(graph, roles, sums, levels, rows, bytes);
  if (groups.size === 0) return graph;

  const builder = new Builder();
  const placed: Ref[] = [];
  for (const index of graph.inputs) {
    const node = graph.nodes[index];
    placed[index] = builder.input(node.op === "input" ? node.name : "", node.shape);
  }
  // nodes outside of groups first, level by level: a group needs only those of its own level and below
  const order = graph.nodes.map((_, i) => i).sort((a, b) => levels[a] - levels[b] || Number(isIn(a)) - Number(isIn(b)) || a - b);
  function isIn(i: number): boolean {
    return roles[i] !== undefined || sums[i];
  }
  for (const i of order) {
    const node = graph.nodes[i];
    if (node.op === "input" || placed[i] !== undefined) continue;
    const group = isIn(i) ? groups.get(levels[i]) : undefined;
    if (group !== undefined) writeGroup(builder, graph, group, rows, roles, placed);
    else
      placed[i] = builder.add(
        node,
        node.inputs.map((j) => placed[j]),
      );
  }
  return builder.graph(Object.fromEntries(graph.outputs.map(({ name, node }) => [name, placed[node]])));
}

/**
 * The level of each node. Row-wise nodes and sums over rows of one level form a group; what needs a value of a group otherwise
 * than row by row is a level higher, so that groups can run one after the other.
 */
function levelsOf(graph: Graph, roles: readonly (Role[] | undefined)[], sums: readonly boolean[]): number[] {
  const levels: number[] = [];
  graph.nodes.forEach((node, i) => {
    const own = roles[i] ?? (sums[i] ? node.inputs.map((): Role => "row") : []);
    levels.push(
      node.inputs.reduce((level, j, k) => {
        const grouped = roles[j] !== undefined || sums[j];
        const follows = own[k] === "row" && roles[j] !== undefined;
        return Math.max(level, levels[j] + (grouped && !follows ? 1 : 0));
      }, 0),
    );
  });
  return levels;
}

/** The groups worth a loop, by level: at least two products, and more data than a cache near the processor holds. */
function groupsOf(
  graph: Graph,
  roles: readonly (Role[] | undefined)[],
  sums: readonly boolean[],
  levels: readonly number[],
  rows: number,
  bytes: number,
): Map<number, Group> {
  const byLevel = new Map<number, number[]>();
  graph.nodes.forEach((_, i) => {
    if (roles[i] === undefined && !sums[i]) return;
    byLevel.set(levels[i], [...(byLevel.get(levels[i]) ?? []), i]);
  });
  const groups = new Map<number, Group>();
  for (const [level, members] of byLevel) {
    const nodes = members.map((i) => graph.nodes[i]);
    const products = nodes.filter(({ op }) => op === "linear" || op === "matmul").length;
    const widths = members.flatMap((i) => (sums[i] || graph.nodes[i].op === "reshape" ? [] : [widthOf(graph.nodes[i])]));
    const total = widths.reduce((a, b) => a + b, 0) * rows * bytes;
    const chunk = chunkOf(rows, filled / (bytes * Math.max(1, ...widths)));
    if (products >= 2 && total >= large && chunk !== undefined) groups.set(level, { members, chunk });
  }
  return groups;
}

/** The divisor of the rows nearest to the wanted number, or undefined when none is near. */
function chunkOf(rows: number, wanted: number): number | undefined {
  const target = Math.min(Math.max(wanted, 40), 160);
  const off = (c: number): number => Math.max(c / target, target / c);
  let best: number | undefined;
  for (let c = fewest; c <= Math.min(most, rows / 2); c++) {
    if (rows % c === 0 && (best === undefined || off(c) < off(best))) best = c;
  }
  return best;
}

/** Writes a group as a loop and places its values. */
function writeGroup(
  builder: Builder,
  graph: Graph,
  group: Group,
  rows: number,
  roles: readonly (Role[] | undefined)[],
  placed: Ref[],
): void {
  const { members, chunk } = group;
  const length = rows / chunk;
  const inside = new Set(members);
  const body = new Builder();
  const reshape = (ref: Ref, shape: readonly number[]): Ref =>
    String(ref.builder.nodes[ref.index].shape) === String(shape)
      ? ref
      : ref.builder.add({ op: "reshape", shape: [...shape] }, [ref]);

  const summed = members.filter((i) => roles[i] === undefined);
  const carries = summed.map((i) => body.input(`sum:${i}`, graph.nodes[i].shape));
  const sources = new Set<number>();
  const fixed = new Map<string, { readonly outside: Ref; readonly shape: readonly number[] }>();
  const roleOf = (i: number, k: number): Role => roles[i]?.[k] ?? "row";
  const isFill = (j: number): boolean => graph.nodes[j].op === "fill";
  for (const i of members) {
    graph.nodes[i].inputs.forEach((j, k) => {
      if (isFill(j) || (roleOf(i, k) === "row" && inside.has(j) && roles[j] !== undefined)) return;
      if (roleOf(i, k) === "row") sources.add(j);
      else {
        const shape = fixedShape(graph.nodes[i], graph.nodes[j]);
        fixed.set(`${j}:${shape}`, { outside: reshape(placed[j], shape), shape });
      }
    });
  }
  const values = new Map<number, Ref>();
  for (const j of sources) values.set(j, body.input(`row:${j}`, [chunk, widthOf(graph.nodes[j])]));
  const constants = new Map([...fixed].map(([key, { shape }]) => [key, body.input(`fixed:${key}`, shape)]));

  const operand = (i: number, j: number, k: number): Ref => {
    const node = graph.nodes[j];
    const row = roleOf(i, k) === "row";
    if (node.op === "fill") {
      return body.add({ op: "fill", shape: row ? [chunk, widthOf(node)] : fixedShape(graph.nodes[i], node), value: node.value });
    }
    return (row ? values.get(j) : constants.get(`${j}:${fixedShape(graph.nodes[i], node)}`)) as Ref;
  };
  const totals = new Map<number, Ref>();
  // sums last: A^T D walks the columns of A, which is slow unless a product that passes over its rows has fetched them
  for (const i of [...members].sort((a, b) => Number(roles[a] === undefined) - Number(roles[b] === undefined))) {
    const node = graph.nodes[i];
    const operands = node.inputs.map((j, k) => operand(i, j, k));
    if (roles[i] !== undefined) values.set(i, writeRows(body, node, operands, [chunk, widthOf(node)]));
    else {
      const width = body.nodes[operands[0].index].shape[1];
      const part =
        node.op === "matmul"
          ? body.add(node, operands)
          : body.add({ op: "reduce", shape: [width], fn: "sum", axes: [0], keep: false }, operands);
      const sum = carries[summed.indexOf(i)];
      totals.set(i, body.add({ op: "binary", shape: node.shape, fn: "add" }, [sum, reshape(part, node.shape)]));
    }
  }
  const used = usedOutside(graph, inside);
  const stacked = members.filter((i) => roles[i] !== undefined && used(i));
  const indexOf = (i: number): number => values.get(i)?.index ?? -1;
  const first = new Map([...stacked].reverse().map((i) => [indexOf(i), i]));
  const made = stacked.filter((i) => first.get(indexOf(i)) === i);
  const outputs = [...summed.map((i) => totals.get(i) as Ref), ...made.map((i) => values.get(i) as Ref)];
  const node = builder.add(
    {
      op: "scan",
      shape: [],
      body: body.graph(Object.fromEntries(outputs.map((ref, k) => [`out:${k}`, ref]))),
      length,
      carries: summed.length,
      slices: sources.size,
      reverse: false,
    },
    [
      ...summed.map((i) => builder.add({ op: "fill", shape: graph.nodes[i].shape, value: 0 })),
      ...[...sources].map((j) => reshape(placed[j], [length, chunk, widthOf(graph.nodes[j])])),
      ...[...fixed.values()].map(({ outside }) => outside),
    ],
  );
  [...summed, ...made].forEach((i, index) => {
    const { shape } = graph.nodes[i];
    const own = index < summed.length ? shape : [length, chunk, widthOf(graph.nodes[i])];
    placed[i] = reshape(builder.add({ op: "pick", shape: [...own], index }, [node]), shape);
  });
  for (const i of stacked) placed[i] ??= reshape(placed[first.get(indexOf(i)) as number], graph.nodes[i].shape);
  // the others have no place: nothing outside asks for them
  for (const i of members) placed[i] ??= node;
}

/** A fixed operand without leading axes of 1, so that it fits to rows [chunk, width]. */
function fixedShape(node: Node, operand: Node): readonly number[] {
  if (node.op !== "binary") return operand.shape;
  return sizeOf(operand.shape) === 1 ? [] : [widthOf(operand)];
}

function writeRows(body: Builder, node: Node, operands: readonly Ref[], shape: readonly number[]): Ref {
  const last = node.shape.length - 1;
  switch (node.op) {
    case "reshape":
      return operands[0];
    case "slice":
      return body.add({ op: "slice", shape, starts: [0, node.starts[last]], steps: [1, node.steps[last]] }, operands);
    case "pad":
      return body.add({ op: "pad", shape, before: [0, node.before[last]], steps: [1, node.steps[last]] }, operands);
    case "concat":
      return body.add({ op: "concat", shape, axis: 1 }, operands);
    default:
      return body.add({ ...node, shape } as NodeSpec, operands);
  }
}

function usedOutside(graph: Graph, inside: ReadonlySet<number>): (i: number) => boolean {
  const used = new Set(graph.outputs.map(({ node }) => node));
  graph.nodes.forEach((node, i) => {
    if (!inside.has(i)) for (const j of node.inputs) used.add(j);
  });
  // a row-wise value may also be a fixed operand of its own kind elsewhere: that is a level higher, hence outside
  return (i) => used.has(i);
}
