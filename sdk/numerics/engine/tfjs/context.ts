import type { Tfjs, TfTensor } from "./module.js";

/** What the lowering of one graph works with: the module, the backend it is meant for, and the tensors uploaded once. */
export interface Context {
  readonly tf: Tfjs;
  readonly backend: string;
  readonly zero: TfTensor;
  readonly one: TfTensor;
  /** Uploads values that stay on the device as long as the program does. */
  floats(values: ArrayLike<number>, shape: readonly number[]): TfTensor;
  indices(values: ArrayLike<number>, shape: readonly number[]): TfTensor;
  dispose(): void;
}

export function openContext(tf: Tfjs): Context {
  const uploaded: TfTensor[] = [];
  const upload = (values: Float32Array | Int32Array, shape: readonly number[], dtype: "float32" | "int32"): TfTensor => {
    // a program may be compiled inside of someone's tidy, which must not end these
    const tensor = tf.keep(tf.tensor(values, [...shape], dtype));
    uploaded.push(tensor);
    return tensor;
  };
  const floats = (values: ArrayLike<number>, shape: readonly number[]): TfTensor =>
    upload(Float32Array.from(values), shape, "float32");
  return {
    tf,
    backend: tf.getBackend(),
    zero: floats([0], []),
    one: floats([1], []),
    floats,
    indices: (values, shape) => upload(Int32Array.from(values), shape, "int32"),
    dispose: () => {
      for (const tensor of uploaded) tensor.dispose();
      uploaded.length = 0;
    },
  };
}

/** One op made ready: operands in, result out. */
export type Op = (...operands: TfTensor[]) => TfTensor;

/** Zeros of a shape, axes without entries included. */
export const zerosOf = (tf: Tfjs, shape: readonly number[]): TfTensor => tf.zeros([...shape]);

/** Does work and gives back the tensors it made, except those it returns; `tf.tidy` with types that fit ours. */
export function tidy<T extends TfTensor | TfTensor[]>(tf: Tfjs, work: () => T): T {
  const engine = tf.engine();
  let result: T | undefined;
  engine.startScope();
  try {
    result = work();
    return result;
  } finally {
    engine.endScope(result);
  }
}
