import { DymadError } from "../../errors.js";
import { compile, type Dtype, type Graph, matmul, trace } from "../../numerics/engine/index.js";
import { compileTfjs } from "../../numerics/engine/tfjs/compile.js";
import { type Load, openDevice, type TfjsDevice } from "../../numerics/engine/tfjs/device.js";

/** What one device offers, or why it offers nothing. */
export interface DeviceReport {
  readonly device: "wasm" | TfjsDevice["name"];
  /** it has computed a small formula rightly just now */
  readonly works: boolean;
  /** what computes */
  readonly description: string;
  readonly dtypes: readonly Dtype[];
  /** the bits of a result are the same on every machine */
  readonly bitwise: boolean;
  /** a GPU interface that computes on the CPU */
  readonly software: boolean;
  readonly problem: string | null;
  /** what to type to mend it */
  readonly remedy: string | null;
}

export interface Examination {
  readonly machine: { readonly threads: number; readonly simd: boolean };
  readonly devices: readonly DeviceReport[];
}

/** The smallest module with an instruction of 128 bits: () -> v128, i8x16.splat of 0. */
const simdModule = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // magic, version
  ...[1, 5, 1, 96, 0, 1, 123], // one type: () -> v128
  ...[3, 2, 1, 0], // one function of it
  ...[10, 8, 1, 6, 0, 65, 0, 253, 15, 11], // its body
);

const formula: Graph = trace({ x: [2, 2], W: [2, 2] }, ({ x, W }) => ({ y: matmul(x, W) }));
const given = { x: [1, 2, 3, 4], W: [0.5, -1, 2, 0.25] };
const expected = [4.5, -0.5, 9.5, -2]; // exact in every dtype

/**
 * Tries every device there may be, one after the other, and says what mends those that do not work.
 *
 * @param options  `threads`: how many the machine runs at once; `load`: where the optional packages come from, `import()` by default
 */
export async function examineDevices(options: { readonly threads: number; readonly load?: Load }): Promise<Examination> {
  const devices = [examineWasm()];
  for (const name of ["webgpu", "cuda", "tfjs-wasm", "tfjs-cpu"] as const) devices.push(await examineTfjs(name, options.load));
  return { machine: { threads: options.threads, simd: WebAssembly.validate(simdModule) }, devices };
}

const absent = { works: false, description: "", dtypes: [], bitwise: false, software: false } as const;

function examineWasm(): DeviceReport {
  try {
    const dtypes: readonly Dtype[] = ["float64", "float32"];
    for (const dtype of dtypes) {
      const program = compile(formula, { backend: "wasm", dtype });
      check(program.run(given).y);
      program.dispose();
    }
    const description = "dymad's own kernels in WebAssembly";
    return { device: "wasm", works: true, description, dtypes, bitwise: true, software: false, problem: null, remedy: null };
  } catch (error) {
    return { device: "wasm", ...absent, ...reasonOf(error, "use Node 20.19 or later, without --jitless") };
  }
}

async function examineTfjs(name: TfjsDevice["name"], load: Load | undefined): Promise<DeviceReport> {
  try {
    const { tf, description, software } = await openDevice(name, load === undefined ? {} : { load });
    const program = compileTfjs(formula, tf);
    try {
      check((await program.runAsync(given)).y);
    } finally {
      program.dispose();
    }
    const dtypes: readonly Dtype[] = ["float32"];
    return { device: name, works: true, description, dtypes, bitwise: false, software, problem: null, remedy: null };
  } catch (error) {
    return { device: name, ...absent, ...reasonOf(error, "see docs/gpu.md") };
  }
}

function check(y: ArrayLike<number>): void {
  if (expected.every((value, i) => y[i] === value)) return;
  throw new DymadError("E_BACKEND", `a product came out as ${Array.from(y)}, not ${expected}`, {
    hint: "do not use this device; please report it",
  });
}

function reasonOf(error: unknown, otherwise: string): { problem: string; remedy: string } {
  const problem = error instanceof Error ? error.message : String(error);
  return { problem, remedy: (error instanceof DymadError ? error.hint : undefined) ?? otherwise };
}
