import { expect, test } from "vitest";
import { type Graph, matmul, type Program, trace } from "../../../../sdk/numerics/engine/index.js";
import { withProgram } from "../../../../sdk/numerics/linalg/kept-programs.js";
import { gramMatrix, multiplyLarge } from "../../../../sdk/numerics/linalg/large-product.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";

const square = (): Graph => trace({ a: [2, 2] }, ({ a }) => ({ c: matmul(a, a) }));

test("a program comes back for the same key, to one user at a time, and knows its last owner", () => {
  const owner = {};
  const first = withProgram("test: square", square, (program) => program, owner);
  withProgram(
    "test: square",
    square,
    (program, mine) => {
      expect(program).toBe(first);
      expect(mine).toBe(true);
      const inner: Program = withProgram("test: square", square, (other) => other);
      expect(inner).not.toBe(program);
    },
    owner,
  );
  withProgram("test: square", square, (_, mine) => expect(mine).toBe(true), owner);
  withProgram("test: square", square, (_, mine) => expect(mine).toBe(false), {});
  withProgram("test: square", square, (_, mine) => expect(mine).toBe(false));
});

test("few are kept, large ones never", () => {
  const first = withProgram("test: 0", square, (program) => program);
  for (let k = 1; k <= 8; k++) withProgram(`test: ${k}`, square, () => null);
  expect(withProgram("test: 0", square, (program) => program)).not.toBe(first);
  const wide = (): Graph => trace({ a: [800, 800] }, ({ a }) => ({ c: a.mul(2) }));
  const large = withProgram("test: wide", wide, (program) => program);
  expect(withProgram("test: wide", wide, (program) => program)).not.toBe(large);
});

test("products inside the blocks of a product do not disturb it", () => {
  const random = (rows: number, cols: number, seed: number): Matrix => new Matrix(rows, cols, keyed(seed).normal(rows * cols));
  const [a, b] = [random(1300, 24, 1), random(24, 24, 2)];
  const plain = a.multiply(b);
  function* blocks(): Generator<Matrix> {
    for (let start = 0; start < 1300; start += 650) {
      gramMatrix([random(600, 24, start)], 24);
      yield multiplyLarge(a.slice(start, start + 650), b);
    }
  }
  expectClose(gramMatrix(blocks(), 24).data, plain.transpose().multiply(plain).data, f64);
});
