/**
 * What this folder needs of tfjs, written down by hand: tfjs is an optional peer, so neither the sources nor the declarations of
 * dymad may import its types. The module `@tensorflow/tfjs` (or `@tensorflow/tfjs-core` with a backend) fits it.
 */

// Type aliases, not interfaces: only these fit the recursive arrays that tfjs takes where it takes tensors.
/** A tensor of tfjs. */
export type TfTensor = {
  readonly shape: number[];
  data(): Promise<ArrayLike<number>>;
  dataSync(): ArrayLike<number>;
  dispose(): void;
};

export type TfUnary = (x: TfTensor) => TfTensor;
export type TfBinary = (a: TfTensor, b: TfTensor) => TfTensor;

/** The functions of the tfjs module that the lowering and the devices call. */
export type Tfjs = {
  getBackend(): string;
  backend(): object;
  setBackend(name: string): Promise<boolean>;
  enableProdMode(): void;
  memory(): { numTensors: number };
  engine(): { startScope(): void; endScope(result?: unknown): void };
  keep(x: TfTensor): TfTensor;

  tensor(values: Float32Array | Int32Array, shape: number[], dtype: "float32" | "int32"): TfTensor;
  fill(shape: number[], value: number, dtype: "float32"): TfTensor;
  zeros(shape: number[]): TfTensor;
  clone: TfUnary;
  cast(x: TfTensor, dtype: "float32"): TfTensor;

  neg: TfUnary;
  abs: TfUnary;
  step(x: TfTensor): TfTensor;
  exp: TfUnary;
  log: TfUnary;
  sqrt: TfUnary;
  square: TfUnary;
  reciprocal: TfUnary;
  tanh: TfUnary;
  sigmoid: TfUnary;
  relu: TfUnary;
  softplus: TfUnary;
  erf: TfUnary;
  sin: TfUnary;
  cos: TfUnary;
  isNaN: TfUnary;

  add: TfBinary;
  sub: TfBinary;
  mul: TfBinary;
  div: TfBinary;
  maximum: TfBinary;
  minimum: TfBinary;
  greater: TfBinary;
  equal: TfBinary;
  notEqual: TfBinary;
  where(condition: TfTensor, a: TfTensor, b: TfTensor): TfTensor;

  matMul(a: TfTensor, b: TfTensor, transposeA: boolean, transposeB: boolean): TfTensor;
  fused: { matMul(options: { a: TfTensor; b: TfTensor; bias: TfTensor }): TfTensor };
  sum(x: TfTensor, axes: number[], keep: boolean): TfTensor;
  max(x: TfTensor, axes: number[], keep: boolean): TfTensor;
  reshape(x: TfTensor, shape: number[]): TfTensor;
  broadcastTo(x: TfTensor, shape: number[]): TfTensor;
  transpose(x: TfTensor, perm: number[]): TfTensor;
  slice(x: TfTensor, begin: number[], size: number[]): TfTensor;
  pad(x: TfTensor, paddings: [number, number][]): TfTensor;
  concat(parts: TfTensor[], axis: number): TfTensor;
  stack(parts: TfTensor[], axis: number): TfTensor;
  gather(x: TfTensor, indices: TfTensor, axis: number): TfTensor;
  scatterND(indices: TfTensor, updates: TfTensor, shape: number[]): TfTensor;
};
