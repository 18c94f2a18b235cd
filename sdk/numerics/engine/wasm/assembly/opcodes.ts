// The instruction set of the tape, shared by the compiler (TypeScript) and the kernels (AssemblyScript).

export const END = 0;
/** loop, skip: passes; first word after the loop; number of patches; address of the patches (word address, step) */
export const LOOP = 1;
/** unary: fn, x, y, n */
export const UNARY = 2;
/** binary over equal dims: fn, mode of the innermost axis, a, b, y, n, outer rank, then [count, step a, step b] per outer axis */
export const BINARY = 3;
/** where: c, a, b, y, rank, then [count, step c, step a, step b] per axis */
export const WHERE = 4;
/** product: see product.ts */
export const PRODUCT = 5;
/** copy with steps: x, y, rank, then [count, step x, step y] per axis; innermost axis last */
export const COPY = 6;
/** fill: bytes of the value (an address), y, n */
export const FILL = 7;
/** reduce: fn, x, y, n of the innermost axis, whether that axis is kept, kept rank, reduced rank, then [count, step] of each */
export const REDUCE = 8;
/** gather: x, y, outer, rows, bytes of a row, bytes of an axis of x, address of the indices */
export const GATHER = 9;
/** scatterAdd: x, y, outer, rows, entries of a row, bytes of an axis of y, address of the indices; y is zeroed before */
export const SCATTER = 10;
/** weighted sum of 1 to 6 terms: y, n, terms, then [x, address of the weight] per term */
export const COMBINE = 11;
/** random: y, n, whether normal, key high, key low, address of the counter or 0, offset (f64), scale (f64) */
export const RANDOM = 12;
