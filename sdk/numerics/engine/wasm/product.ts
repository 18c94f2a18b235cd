import { type BinaryFn, type Shape, sizeOf, type UnaryFn } from "../graph.js";
import { PRODUCT } from "./assembly/opcodes.js";
import { binaryFunctions, unaryFunctions } from "./elementwise.js";
import type { Place, View } from "./instruction.js";
import { axesOf, broadcastTo, isContiguous, reshaped, transposed, viewOf } from "./view.js";
import type { Writer } from "./writer.js";

/** What happens to the result of a product in the same pass. */
export interface Epilogue {
  /** added: an array of the result's shape, or one row for all rows */
  readonly init?: View | undefined;
  readonly unary?: UnaryFn | undefined;
  readonly binary?: { readonly fn: BinaryFn; readonly other: View } | undefined;
}

/** act(x W + b) for rows of x along its last axis. */
export function writeLinear(writer: Writer, x: View, W: View, shape: Shape, epilogue: Epilogue): View {
  const [k, n] = W.shape;
  const rows = k === 0 ? sizeOf(shape) / n : sizeOf(x.shape) / k;
  const flat = reshaped(x, [rows, k]) ?? viewOf(writer.contiguous(x).place, [rows, k]);
  const { init } = epilogue;
  const full = init !== undefined && sizeOf(init.shape) === rows * n;
  const added = full ? (reshaped(init, [rows, n]) ?? viewOf(writer.contiguous(init).place, [rows, n])) : init;
  const y = writeProduct(writer, flat, W, [rows, n], { ...epilogue, init: added });
  return viewOf(y.place, shape);
}

/** A B over the last two axes, leading axes broadcast; `ta`, `tb` take an operand transposed. */
export function writeMatmul(writer: Writer, a: View, b: View, ta: boolean, tb: boolean, shape: Shape, epilogue: Epilogue): View {
  const flip = (view: View): View => {
    const rank = view.shape.length;
    return transposed(
      view,
      view.shape.map((_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i)),
    );
  };
  return writeProduct(writer, ta ? flip(a) : a, tb ? flip(b) : b, shape, epilogue);
}

function writeProduct(writer: Writer, a: View, given: View, shape: Shape, epilogue: Epilogue): View {
  const { bytes } = writer;
  const rank = shape.length;
  const [m, n] = shape.slice(-2);
  const k = a.shape[a.shape.length - 1];
  const batch = shape.slice(0, rank - 2);
  // the kernels read rows of B: a transposed B is copied once, outside of every loop that leaves it as it is
  const b = n === 1 || given.strides[given.strides.length - 1] === 1 ? given : writer.contiguous(given);
  const wide = (view: View): View => broadcastTo(view, [...batch, ...view.shape.slice(-2)]);
  const [A, B] = [wide(a), wide(b)];
  const init = epilogue.init === undefined ? undefined : initOf(writer, epilogue.init, shape);
  const zeros = shape.map(() => 0);
  let axes = axesOf(
    batch,
    [A, B, { strides: init?.strides ?? zeros }].map((v) => v.strides.slice(0, rank - 2)),
  );
  const ar = A.strides[rank - 2];
  const ir = init === undefined ? 0 : init.strides[rank - 2];
  let rows = m;
  const only = axes[0];
  if (axes.length === 1 && only.count > 1 && only.steps[0] === m * ar && only.steps[1] === 0 && only.steps[2] === m * ir) {
    // one B for all: the batch is a taller A
    rows = m * only.count;
    axes = [{ count: 1, steps: [0, 0, 0] }];
  }
  const dims = axes.length === 1 && axes[0].count === 1 ? [] : axes;
  const y = writer.fresh(shape);
  const other = epilogue.binary === undefined ? undefined : writer.contiguous(epilogue.binary.other).place;
  const fn =
    epilogue.binary !== undefined
      ? binaryFunctions.indexOf(epilogue.binary.fn)
      : epilogue.unary === undefined
        ? 0
        : unaryFunctions.indexOf(epilogue.unary);
  const scratch =
    rows >= 32 && (k > 256 || (k >= 16 && n * bytes >= 512)) ? writer.fresh([scratchOf(writer, A, rows, n, k)]) : undefined;
  const words: (number | Place)[] = [
    a.place,
    ar * bytes,
    A.strides[rank - 1] * bytes,
    b.place,
    B.strides[rank - 2] * bytes,
    y.place,
    rows,
    n,
    k,
    init?.place ?? 0,
    ir * bytes,
    other !== undefined ? 2 : epilogue.unary !== undefined ? 1 : 0,
    fn,
    other ?? 0,
    scratch?.place ?? 0,
    dims.length,
    ...dims.flatMap((axis) => [axis.count, ...axis.steps.map((s) => s * bytes)]),
  ];
  const parts = [init && "+", epilogue.unary, epilogue.binary?.fn].filter((part) => part !== undefined);
  writer.emit({
    code: PRODUCT,
    name: ["product", ...parts].join(" "),
    words,
    write: y.place,
    overwritable: init !== undefined && isContiguous(init) ? [init.place] : [],
    flops: 2 * sizeOf(shape) * k,
    sizes: [...dims.map(({ count }) => count), rows, n, k].join(" x "),
  });
  return y;
}

/**
 * Entries that a long or wide product needs to copy B aside, strip by strip, and blocks of rows of A where they lie side by side:
 * in their own places their rows compete for the same lines of the cache.
 */
function scratchOf({ bytes }: Writer, a: View, rows: number, n: number, k: number): number {
  const lanes = 16 / bytes;
  const steps = Math.min(k, 256);
  const up = (count: number, to: number): number => Math.ceil(count / to) * to;
  const side =
    a.strides[a.strides.length - 2] === 1 && a.strides[a.strides.length - 1] * bytes >= 1024 ? up(Math.min(rows, 128), lanes) : 0;
  return steps * (up(n, 2 * lanes) + side);
}

/** The view of what is added, with the entries of a row one behind the other. */
function initOf(writer: Writer, view: View, shape: Shape): View {
  const wide = broadcastTo(view, shape);
  const n = shape[shape.length - 1];
  return n === 1 || wide.strides[shape.length - 1] === 1 ? wide : broadcastTo(writer.contiguous(wide), shape);
}
