import type { Binding } from "./binding.js";
import type { Graph, Shape } from "./graph.js";

export type Dtype = "float64" | "float32";
/**
 * What `flush` calls nothing: below 2^26 times the smallest normal number, 2^-996 and 2^-100, so that the product of what remains
 * with a number down to 2^-26 is still a normal number.
 */
export const flushFloor: Readonly<Record<Dtype, number>> = { float64: 1.4932217896051502e-300, float32: 7.888609052210118e-31 };

export type BackendName = "reference" | "wasm" | "tfjs";

/** Row-major values; a program of dtype float32 rounds what it is given and returns float32 values. */
export type Values = Float64Array | Float32Array;

/** A graph made ready to run on one backend in one dtype. Memory is allocated once, when the program is made. */
export interface Program {
  readonly backend: BackendName | "tfjs";
  readonly dtype: Dtype;
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly outputs: readonly { readonly name: string; readonly shape: Shape }[];
  /**
   * Runs the graph once.
   *
   * @param inputs  values by input name, row-major, lengths as in `inputs`. An input left out keeps the values of the
   *                run before (weights that did not change need not be copied again).
   * @returns       values by output name. The arrays belong to the program and are overwritten by the next run:
   *                copy what must live longer.
   * @throws        E_SHAPE when a length does not fit or a name is unknown; E_BACKEND when an input was never given
   */
  run(inputs: Readonly<Record<string, ArrayLike<number>>>): Readonly<Record<string, Values>>;
  /** The arrays of the program itself, where it can let them out; `bind(program)` serves every program. */
  bind?(): Binding;
  /** The compiled plan in words: ops, bytes of memory, estimated floating point operations. */
  explain(): string;
  /**
   * Where the time goes: runs the plan with the inputs given so far, one instruction at a time. A backend that cannot do so
   * has no `profile`.
   *
   * @param rounds  runs made, integer >= 1, default 20; the least time of each instruction counts
   * @returns       one entry an instruction, longest first
   * @throws        E_BACKEND when an input was never given
   */
  profile?(rounds?: number): readonly Timing[];
  /** Gives the memory back; the program cannot run afterwards. */
  dispose(): void;
}

/** The time one instruction of a program takes in a run. */
export interface Timing {
  readonly op: string;
  /** rows x columns x terms of a product, behind its batch axes; else entries */
  readonly sizes: string;
  /** how often a run makes it */
  readonly passes: number;
  /** milliseconds of all passes */
  readonly ms: number;
  /** billions of floating point operations a second */
  readonly gflops: number;
}

/** Somewhere else to compute than in this thread, such as a GPU: it makes programs of graphs. */
export interface Device {
  /** what computes, in words */
  readonly description: string;
  /** @throws E_BACKEND when the device has not the dtype or refuses the graph */
  compile(graph: Graph, dtype: Dtype): Program;
}

/** What programs are made for: a backend of this thread, or `tfjs` with the device that has it. */
export interface Engine {
  readonly backend: BackendName;
  readonly dtype: Dtype;
  readonly device?: Device | undefined;
}
