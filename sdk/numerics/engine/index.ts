export { keyed, RandomKey } from "../random.js";
export { type Binding, bind } from "./binding.js";
export { compile } from "./compile.js";
export { type GradientOptions, gradient, vectorJacobian } from "./gradient.js";
export {
  type BinaryFn,
  type FusedActivation,
  type Graph,
  type GraphOutput,
  inputsOf,
  type Node,
  printGraph,
  type RandomLaw,
  type ScanNode,
  type Shape,
  sizeOf,
  type UnaryFn,
} from "./graph.js";
export { type Halves, vectorJacobianHalves } from "./halves.js";
export { inlineGraph } from "./inline.js";
export type { BackendName, Device, Dtype, Engine, Program, Timing, Values } from "./program.js";
export { type NormalOptions, normal, type UniformOptions, uniform } from "./random.js";
export { compileReference } from "./reference/compile.js";
export { readGraph, type StoredGraph, type StoredNode, storeGraph } from "./stored-graph.js";
export { binary, broadcastShape, concat, constant, fill, linear, matmul, stack, Tensor, unary, where } from "./tensor.js";
export type { AsyncProgram } from "./tfjs/async-program.js";
export { compileTfjs, compileTfjsSync } from "./tfjs/compile.js";
export { type DeviceName, type Load, openDevice, type TfjsDevice } from "./tfjs/device.js";
export type { Tfjs, TfTensor } from "./tfjs/module.js";
export { type ScanBody, type ScanOptions, scan, type Tensors, trace } from "./trace.js";
export { engineHash } from "./wasm/kernels.js";
