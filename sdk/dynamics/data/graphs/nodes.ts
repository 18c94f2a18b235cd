import { Matrix } from "../../../numerics/linalg/matrix.js";

/**
 * The columns of each node.
 *
 * @param rows   columns node after node, shape [T, nodes * f]
 * @returns      one matrix a node, shape [T, f]
 */
export function splitNodes(rows: Matrix, nodes: number): Matrix[] {
  if (nodes === 1) return [rows];
  const f = rows.cols / nodes;
  return Array.from({ length: nodes }, (_, i) => {
    const out = new Matrix(rows.rows, f);
    for (let k = 0; k < rows.rows; k++) out.row(k).set(rows.row(k).subarray(i * f, (i + 1) * f));
    return out;
  });
}

/** The columns of nodes side by side: the inverse of {@link splitNodes}. */
export function joinNodes(parts: readonly Matrix[]): Matrix {
  if (parts.length === 1) return parts[0];
  const [{ rows, cols: f }] = parts;
  const out = new Matrix(rows, parts.length * f);
  parts.forEach((part, i) => {
    for (let k = 0; k < rows; k++) out.row(k).set(part.row(k), i * f);
  });
  return out;
}

/** What a map of [T, f] makes of the columns of each node. */
export const eachNode = (rows: Matrix, nodes: number, map: (part: Matrix) => Matrix): Matrix =>
  nodes === 1 ? map(rows) : joinNodes(splitNodes(rows, nodes).map(map));
