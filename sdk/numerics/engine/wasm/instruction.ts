import type { Shape } from "../graph.js";

/** A loop of the plan, or the outermost level (`parent` null). */
export interface Scope {
  readonly parent: Scope | null;
  readonly length: number;
  readonly body: Step[];
}

/** A run of entries that gets an address when the plan is complete. */
export interface Buffer {
  readonly id: number;
  readonly size: number;
  /** the level whose passes each make it anew */
  scope: Scope;
  /** set when the buffer is a part of another one: a row of a stacked result, the home of a carry */
  place: Place | null;
}

/** An entry of a buffer that may move on with each pass of some loops. Offsets and steps count entries. */
export interface Place {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly steps: readonly (readonly [loop: Scope, step: number])[];
}

/** An array laid over a place: entry (i, j, ...) lies i strides[0] + j strides[1] + ... entries further on. */
export interface View {
  readonly place: Place;
  readonly shape: Shape;
  readonly strides: readonly number[];
}

/** One instruction before it has addresses. A `Place` among the words becomes an address. */
export interface Instruction {
  readonly code: number;
  readonly name: string;
  readonly words: readonly (number | Place)[];
  readonly reads: readonly Place[];
  readonly write: Place;
  /** reads that the result may overwrite: entry i of the result depends on entry i of the operand alone */
  readonly overwritable: readonly Place[];
  readonly flops: number;
  /** what it works on, in words: rows x columns x terms of a product, else entries */
  readonly sizes: string;
}

export type Step = Instruction | { readonly loop: Scope };

/** Where a place lies once the parts it belongs to are known. */
export function resolved(place: Place): Place {
  const inside = place.buffer.place;
  if (inside === null) return place;
  const outer = resolved(inside);
  return { buffer: outer.buffer, offset: outer.offset + place.offset, steps: [...outer.steps, ...place.steps] };
}

/** Whether `scope` is `outer` or lies inside it. */
export function isWithin(scope: Scope, outer: Scope): boolean {
  for (let s: Scope | null = scope; s !== null; s = s.parent) if (s === outer) return true;
  return false;
}

/** All instructions of a list of steps in the order they run, loops once. */
export function* instructionsOf(steps: readonly Step[]): Generator<Instruction> {
  for (const step of steps) {
    if ("loop" in step) yield* instructionsOf(step.loop.body);
    else yield step;
  }
}

/** Whether an instruction may write over `buffer`, which it reads: only entry by entry, from the first entry on. */
export function mayOverwrite(instruction: Instruction, buffer: Buffer): boolean {
  const whole = (place: Place): boolean => {
    const at = resolved(place);
    return at.buffer === buffer && at.offset === 0 && at.steps.length === 0;
  };
  const reads = instruction.reads.filter((read) => resolved(read).buffer === buffer).length;
  return reads === instruction.overwritable.filter(whole).length;
}
