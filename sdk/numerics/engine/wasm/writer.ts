import { sizeOf } from "../graph.js";
import { COPY, FILL } from "./assembly/opcodes.js";
import { type Buffer, type Instruction, isWithin, type Place, type Scope, type Step, type View } from "./instruction.js";
import { axesOf, isContiguous, isWhole, viewOf, wholeOf } from "./view.js";

/** What is known from the start: values of constants, tables of indices. */
export interface Fixed {
  readonly buffer: Buffer;
  readonly data: Float64Array | Int32Array;
}

type Draft = Omit<Instruction, "reads" | "overwritable" | "flops" | "sizes"> &
  Partial<Pick<Instruction, "reads" | "overwritable" | "flops" | "sizes">>;

const sameSteps = (a: Place, b: Place): boolean =>
  a.steps.length === b.steps.length && a.steps.every(([loop, step], i) => loop === b.steps[i][0] && step === b.steps[i][1]);

/** Collects the instructions of a plan, level by level, and the buffers they need. */
export class Writer {
  readonly bytes: number;
  readonly root: Scope = { parent: null, length: 1, body: [] };
  readonly fixed: Fixed[] = [];
  scope: Scope = this.root;
  readonly #scalars = new Map<string, Place>();
  readonly #copies = new Map<string, { scope: Scope; from: Place; copy: View }[]>();
  #count = 0;

  /** @param bytes  bytes of one entry: 8 or 4 */
  constructor(bytes: number) {
    this.bytes = bytes;
  }

  buffer(size: number, scope: Scope = this.scope): Buffer {
    return { id: this.#count++, size, scope, place: null };
  }

  emit(draft: Draft): void {
    if (draft.write.buffer.size === 0) return;
    const reads = draft.reads ?? draft.words.filter((w): w is Place => typeof w !== "number" && w !== draft.write);
    this.scope.body.push({ overwritable: [], flops: 0, sizes: String(draft.write.buffer.size), ...draft, reads });
  }

  constant(data: Float64Array | Int32Array): Place {
    const size = data instanceof Int32Array ? Math.ceil((data.length * 4) / this.bytes) : data.length;
    const buffer = this.buffer(size, this.root);
    this.fixed.push({ buffer, data });
    return { buffer, offset: 0, steps: [] };
  }

  scalar(value: number): Place {
    const key = Object.is(value, -0) ? "-0" : String(value);
    const known = this.#scalars.get(key) ?? this.constant(Float64Array.of(value));
    this.#scalars.set(key, known);
    return known;
  }

  /** The same entries one behind the other: the view itself, or a copy made once. */
  contiguous(view: View): View {
    if (isContiguous(view)) return view;
    const { buffer, offset } = view.place;
    const key = JSON.stringify([buffer.id, offset, view.shape, view.strides]);
    const made = this.#copies.get(key) ?? [];
    this.#copies.set(key, made);
    const known = made.find((entry) => isWithin(this.scope, entry.scope) && sameSteps(entry.from, view.place));
    if (known !== undefined) return known.copy;
    const copy = wholeOf(this.buffer(sizeOf(view.shape)), view.shape);
    this.copy(view, copy);
    made.push({ scope: this.scope, from: view.place, copy });
    return copy;
  }

  /** Copies entry by entry between views of one shape. */
  copy(from: View, to: View): void {
    const axes = axesOf(from.shape, [from.strides, to.strides]);
    if (from.strides.every((s, i) => s === 0 || from.shape[i] === 1) && isContiguous(to)) {
      this.emit({ code: FILL, name: "fill", words: [from.place, to.place, sizeOf(to.shape)], write: to.place });
      return;
    }
    const dims = axes.flatMap((axis) => [axis.count, ...axis.steps.map((s) => s * this.bytes)]);
    const straight = isContiguous(from) && isContiguous(to);
    this.emit({
      code: COPY,
      name: "copy",
      words: [from.place, to.place, axes.length, ...dims],
      write: to.place,
      sizes: axes.map(({ count }) => count).join(" x "),
      overwritable: straight ? [from.place] : [],
    });
  }

  /**
   * Lets an array that this level has made lie in a part of another one. False where it has a place already, was not made here
   * or does not lie end to end: then it must be copied.
   */
  settle(value: View, part: View): boolean {
    const { buffer } = value.place;
    const made = (step: Step): boolean => !("loop" in step) && step.write.buffer === buffer;
    if (buffer.place !== null || buffer.scope !== this.scope || !isWhole(value) || !isContiguous(part)) return false;
    if (!this.scope.body.some(made)) return false;
    buffer.place = part.place;
    return true;
  }

  /** A new array of the current level. */
  fresh(shape: readonly number[]): View {
    return wholeOf(this.buffer(sizeOf(shape)), shape);
  }

  /** One value seen as an array of any shape. */
  filled(value: number, shape: readonly number[]): View {
    return { ...viewOf(this.scalar(value), shape), strides: shape.map(() => 0) };
  }
}
