import { DymadError } from "../errors.js";

/** An array of a `.npy` file: values row-major, whatever their order and type were in the file. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** type in the file, in NumPy's letters, such as "<f8" */
  readonly dtype: string;
  readonly data: Float64Array;
}

/** Values with their shape, row-major. */
export interface ShapedArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

type Reader = (view: DataView, at: number, little: boolean) => number;

const readers: Record<string, { readonly size: number; readonly read: Reader }> = {
  b1: { size: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  i1: { size: 1, read: (view, at) => view.getInt8(at) },
  u1: { size: 1, read: (view, at) => view.getUint8(at) },
  i2: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  u2: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  i4: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  u4: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  i8: { size: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u8: { size: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  f4: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
};

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads a `.npy` file, versions 1 to 3, of booleans, integers, float32 or float64, in C or Fortran order.
 *
 * @param where  name of the file or entry, for messages
 * @returns      values as float64, row-major; 64-bit integers beyond 2^53 are rounded
 * @throws       E_FORMAT when the file is cut off, is no npy file, or holds objects, text or complex numbers
 * @see          NumPy, "NEP 1: a simple file format for NumPy arrays"
 */
export function readNpy(bytes: Uint8Array, where = "the array"): NpyArray {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new DymadError("E_FORMAT", `${where} does not begin like a .npy file`, {
      hint: "write it with numpy.save or numpy.savez",
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6] > 1;
  const start = wide ? 12 : 10;
  const body = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (body > bytes.length) throw cutOff(where, body, bytes.length);

  const { dtype, fortran, shape } = parseHeader(new TextDecoder("latin1").decode(bytes.subarray(start, body)), where);
  const reader = readers[dtype.slice(1)];
  if (reader === undefined || !"<>|=".includes(dtype[0])) throw unreadable(dtype, where);

  const count = shape.reduce((product, n) => product * n, 1);
  if (body + count * reader.size > bytes.length) throw cutOff(where, body + count * reader.size, bytes.length);
  const little = dtype[0] !== ">";
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) data[i] = reader.read(view, body + i * reader.size, little);
  return { shape, dtype, data: fortran ? toRowMajor(data, shape) : data };
}

/** A `.npy` file, version 1, of little-endian float64 in C order. Equal arrays give equal bytes. */
export function writeNpy(array: ShapedArray, where = "the array"): Uint8Array {
  const { shape, data } = array;
  const count = shape.reduce((product, n) => product * n, 1);
  if (data.length !== count) {
    throw new DymadError("E_SHAPE", `${where} of shape [${shape.join(", ")}] needs ${count} values, got ${data.length}`);
  }
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${dims}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length + count * 8);
  const view = new DataView(bytes.buffer);
  bytes.set([...magic, 1, 0]);
  view.setUint16(8, length - 10, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 11)}\n`), 10);
  for (let i = 0; i < count; i++) view.setFloat64(length + i * 8, data[i], true);
  return bytes;
}

function parseHeader(text: string, where: string): { dtype: string; fortran: boolean; shape: number[] } {
  const descr = /'descr'\s*:\s*('([^']*)'|\[)/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const shape = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text);
  if (descr === null || order === null || shape === null) {
    throw new DymadError("E_FORMAT", `the header of ${where} cannot be read: ${text.trim().slice(0, 80)}`);
  }
  if (descr[2] === undefined) throw unreadable("a record type", where);
  const sizes = shape[1].match(/\d+/g) ?? [];
  return { dtype: descr[2], fortran: order[1] === "True", shape: sizes.map(Number) };
}

/** Reorders column-major values; the first index runs fastest in the source. */
function toRowMajor(data: Float64Array, shape: readonly number[]): Float64Array {
  const out = new Float64Array(data.length);
  const index = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    let target = 0;
    for (let axis = 0; axis < shape.length; axis++) target = target * shape[axis] + index[axis];
    out[target] = data[i];
    for (let axis = 0; axis < shape.length && ++index[axis] === shape[axis]; axis++) index[axis] = 0;
  }
  return out;
}

function unreadable(dtype: string, where: string): DymadError {
  if (dtype.endsWith("O")) {
    return new DymadError("E_FORMAT", `${where} holds pickled Python objects, which can run code when they are read`, {
      hint: "save plain float arrays with numpy.savez: pad trajectories to one length, save them as x_0, x_1, ..., or save one file per trajectory",
    });
  }
  return new DymadError("E_FORMAT", `${where} holds values of type ${dtype}, not real numbers`, {
    hint: "save it as float64, for example numpy.asarray(x, dtype=float)",
  });
}

const cutOff = (where: string, needed: number, got: number): DymadError =>
  new DymadError("E_FORMAT", `${where} is cut off: it needs ${needed} bytes and has ${got}`, {
    hint: "copy or write the file again",
  });
