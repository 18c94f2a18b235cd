import { type Graph, type Node, sizeOf } from "../graph.js";

/** What an operand is to a node that works on each row by itself. */
export type Role = "row" | "fixed";

/** Products of so many rows decide how the rows of a graph are counted. */
const fewest = 512;

export const widthOf = (node: Node): number => node.shape[node.shape.length - 1] ?? 1;
const rowsOf = (node: Node): number => sizeOf(node.shape.slice(0, -1));

/** The number of rows that most work of the linear layers is done on; 0 when all are short. */
export function commonRows(graph: Graph): number {
  const work = new Map<number, number>();
  for (const node of graph.nodes) {
    if (node.op !== "linear") continue;
    const rows = rowsOf(node);
    if (rows >= fewest) work.set(rows, (work.get(rows) ?? 0) + sizeOf(graph.nodes[node.inputs[1]].shape) * rows);
  }
  return [...work].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}

/**
 * The roles of a node's operands when each of its `rows` rows depends on the same row of its row operands alone; undefined when
 * that is not so.
 */
export function rolesOf(graph: Graph, node: Node, rows: number): Role[] | undefined {
  if (node.shape.length < 2 || rowsOf(node) !== rows) return undefined;
  const operands = node.inputs.map((j) => graph.nodes[j]);
  const isRow = (operand: Node): boolean => operand.shape.length >= 2 && rowsOf(operand) === rows;
  const last = node.shape.length - 1;
  const onlyLast = (list: readonly number[], neutral: number): boolean => list.every((v, i) => i === last || v === neutral);
  switch (node.op) {
    case "linear":
      return isRow(operands[0]) ? ["row", "fixed", "fixed"].slice(0, operands.length).map((r) => r as Role) : undefined;
    case "matmul":
      return !node.ta && isRow(operands[0]) && operands[1].shape.length === 2 ? ["row", "fixed"] : undefined;
    case "unary":
      return ["row"];
    case "binary": {
      const roles = operands.map((operand): Role | undefined => {
        if (operand.shape.length === node.shape.length && isRow(operand)) return "row";
        const size = sizeOf(operand.shape);
        return size === 1 || (size === widthOf(node) && widthOf(operand) === size) ? "fixed" : undefined;
      });
      return roles.includes(undefined) || !roles.includes("row") ? undefined : (roles as Role[]);
    }
    case "reshape":
      return isRow(operands[0]) && widthOf(operands[0]) === widthOf(node) ? ["row"] : undefined;
    case "slice":
      return isRow(operands[0]) && onlyLast(node.starts, 0) && onlyLast(node.steps, 1) ? ["row"] : undefined;
    case "pad":
      return isRow(operands[0]) && onlyLast(node.before, 0) && onlyLast(node.steps, 1) ? ["row"] : undefined;
    case "concat":
      return node.axis === last ? operands.map(() => "row") : undefined;
    default:
      return undefined;
  }
}

/** Whether a node sums over all `rows` rows of its operands: the gradient of weights or of a bias. */
export function sumsRows(graph: Graph, node: Node, rows: number): boolean {
  const operands = node.inputs.map((j) => graph.nodes[j]);
  if (node.op === "matmul") {
    return node.ta && !node.tb && operands.every(({ shape }) => shape.length === 2 && shape[0] === rows);
  }
  if (node.op !== "reduce" || node.fn !== "sum") return false;
  const { shape } = operands[0];
  return (
    shape.length >= 2 &&
    rowsOf(operands[0]) === rows &&
    shape.every((n, i) => n === 1 || node.axes.includes(i) === i < shape.length - 1)
  );
}
