import { DymadError } from "../../../errors.js";
import { type Graph, inputsOf, sizeOf } from "../graph.js";
import { checkLength, neverGiven, noInput } from "../input-error.js";
import type { Dtype, Program, Values } from "../program.js";
import { chunked } from "./chunk.js";
import { explain } from "./explanation.js";
import { hoisted } from "./hoist.js";
import { type Buffer, resolved, type View } from "./instruction.js";
import { bindKernels, type Kernels } from "./kernels.js";
import { lower } from "./lower.js";
import { type Layout, layOut } from "./plan.js";
import { profileOf } from "./profile.js";
import { encode } from "./tape.js";
import { wholeOf } from "./view.js";
import { Writer } from "./writer.js";

const page = 65536;
/** Bytes behind the arena that kernels may read past its end. */
const slack = 64;
/** Bytes that WebAssembly can address. */
const mostMemory = 2 ** 32;

/**
 * Makes a graph ready to run in WebAssembly: one tape of instructions and one arena, allocated here and never again. The bits
 * of a result depend on the graph, the dtype and the build of the kernels alone.
 *
 * @param formula  the formula
 * @param options  `dtype`: float64 or float32; `memoryLimit`: bytes, default and at most 4 GiB
 * @throws         E_BACKEND when the plan needs more memory than the limit, or than the machine gives
 */
export function compileWasm(formula: Graph, options: { readonly dtype: Dtype; readonly memoryLimit?: number }): Program {
  const { dtype, memoryLimit = mostMemory } = options;
  const bytes = dtype === "float64" ? 8 : 4;
  const graph = chunked(hoisted(formula), bytes);
  const writer = new Writer(bytes);
  const inputs = inputsOf(graph);
  const shapes = new Map(inputs.map(({ name, shape }) => [name, shape]));
  const given = inputs.map(({ shape }) => wholeOf(writer.buffer(sizeOf(shape)), shape));
  const results = lower(writer, graph, given).map((view) => writer.contiguous(view));
  const always = new Set<Buffer>([...given.map((view) => view.place.buffer), ...writer.fixed.map(({ buffer }) => buffer)]);
  const layout = layOut(
    writer.root,
    { always, results: new Set(results.map((view) => resolved(view.place).buffer)) },
    16 / bytes,
  );

  const size = { dtype, arena: layout.entries * bytes };
  let room: Room | null = roomFor(writer, layout, Math.min(memoryLimit, mostMemory), inputs, given, graph.outputs, results);
  const present = (): Room => {
    if (room === null) throw new DymadError("E_BACKEND", "the program was disposed of", { hint: "compile the graph again" });
    return room;
  };
  const ready = (): Room => {
    const { missing } = present();
    if (missing.size > 0) throw neverGiven([...missing][0]);
    return present();
  };
  const execute = ({ kernels, origin, end }: Room): void => {
    if (bytes === 8) kernels.run64(origin, end);
    else kernels.run32(origin, end);
  };
  return {
    backend: "wasm",
    dtype,
    inputs,
    outputs: graph.outputs.map(({ name, node }) => ({ name, shape: graph.nodes[node].shape })),
    run(values) {
      const { targets, missing, outputs } = present();
      for (const [name, value] of Object.entries(values)) {
        const target = targets.get(name);
        if (target === undefined) throw noInput(name, targets.keys());
        checkLength(name, shapes.get(name) as readonly number[], value.length);
        target.set(value);
        missing.delete(name);
      }
      execute(ready());
      return outputs;
    },
    bind() {
      const { targets, missing, outputs } = present();
      missing.clear();
      return {
        input(name) {
          const target = targets.get(name);
          if (target === undefined) throw noInput(name, targets.keys());
          return target;
        },
        outputs,
        run: () => execute(ready()),
      };
    },
    profile(rounds = 20) {
      const { kernels, words, origin, end } = ready();
      const run = bytes === 8 ? kernels.run64 : kernels.run32;
      return profileOf(writer.root, { words, origin, end, run, now: () => performance.now() }, rounds);
    },
    explain: () => explain(writer.root, size),
    dispose() {
      room = null;
    },
  };
}

/** What a program runs in: a memory with the tape written, and arrays laid over its inputs and outputs. */
interface Room {
  readonly kernels: Kernels;
  /** the tape with the lists of its loops */
  readonly words: Int32Array;
  /** addresses of the tape's first word and of the word after its last */
  readonly origin: number;
  readonly end: number;
  readonly targets: ReadonlyMap<string, Values>;
  /** names of inputs that were never given */
  readonly missing: Set<string>;
  readonly outputs: Readonly<Record<string, Values>>;
}

function roomFor(
  writer: Writer,
  layout: Layout,
  memoryLimit: number,
  inputs: readonly { readonly name: string }[],
  given: readonly View[],
  outputs: readonly { readonly name: string }[],
  results: readonly View[],
): Room {
  const { bytes } = writer;
  const { memory, kernels, words, origin, end, address } = memoryFor(writer, layout, memoryLimit);
  const floats = (at: number, count: number): Values =>
    bytes === 8 ? new Float64Array(memory.buffer, at, count) : new Float32Array(memory.buffer, at, count);
  const at = (view: View): Values => {
    const place = resolved(view.place);
    return floats(address(place.buffer) + place.offset * bytes, sizeOf(view.shape));
  };
  for (const { buffer, data } of writer.fixed) {
    if (data instanceof Int32Array) new Int32Array(memory.buffer, address(buffer), data.length).set(data);
    else floats(address(buffer), data.length).set(data);
  }
  const targets = new Map(inputs.map(({ name }, i) => [name, at(given[i])]));
  return {
    kernels,
    words,
    origin,
    end,
    targets,
    missing: new Set(targets.keys()),
    outputs: Object.freeze(Object.fromEntries(outputs.map(({ name }, i) => [name, at(results[i])]))),
  };
}

/** A memory that holds the kernels' tables, the tape and the arena, with the tape written. */
function memoryFor(
  writer: Writer,
  layout: Layout,
  memoryLimit: number,
): Pick<Room, "kernels" | "words" | "origin" | "end"> & {
  readonly memory: WebAssembly.Memory;
  readonly address: (buffer: Buffer) => number;
} {
  const { bytes } = writer;
  const probe = encode(writer.root, 0, bytes, () => 0);
  // the kernels' own tables end below the first page
  const memory = allocate(page + probe.words.byteLength + 16 + layout.entries * bytes + slack, memoryLimit);
  const kernels = bindKernels(memory);
  const origin = (kernels.heapBase() + 15) & ~15;
  const arena = (origin + probe.words.byteLength + 15) & ~15;
  const address = (buffer: Buffer): number => arena + (layout.offsets.get(buffer) ?? 0) * bytes;
  const { words, end } = encode(writer.root, origin, bytes, address);
  const tape = new Int32Array(memory.buffer, origin, words.length);
  tape.set(words);
  return { memory, kernels, words: tape, origin, end, address };
}

function allocate(bytes: number, limit: number): WebAssembly.Memory {
  const wanted = `the plan wants ${bytes} bytes of memory (${Math.ceil(bytes / 2 ** 20)} MiB)`;
  const hint =
    'a smaller batch, fewer steps, dtype "float32" or gradient(graph, of, wrt, { recompute: true }) lower it; memoryLimit, at most 4 GiB, sets the limit';
  if (bytes > limit) throw new DymadError("E_BACKEND", `${wanted}; the limit is ${limit}`, { hint, data: { bytes, limit } });
  try {
    return new WebAssembly.Memory({ initial: Math.ceil(bytes / page) });
  } catch (cause) {
    throw new DymadError("E_BACKEND", `${wanted}, which this machine does not give`, { hint, cause, data: { bytes, limit } });
  }
}
