import {
  type Buffer,
  type Instruction,
  isWithin,
  mayOverwrite,
  type Place,
  resolved,
  type Scope,
  type Step,
} from "./instruction.js";

interface Life {
  readonly buffer: Buffer;
  first: number;
  last: number;
}

/** When every instruction and loop runs, counted in instructions with loop bodies counted once. */
interface Times {
  readonly instructions: Map<Instruction, number>;
  readonly loops: Map<Scope, readonly [begin: number, end: number]>;
}

function timesOf(steps: readonly Step[]): Times {
  const times: Times = { instructions: new Map(), loops: new Map() };
  let now = 0;
  const visit = (list: readonly Step[]): void => {
    for (const step of list) {
      if ("loop" in step) {
        const begin = now++;
        visit(step.loop.body);
        times.loops.set(step.loop, [begin, now++]);
      } else {
        times.instructions.set(step, now++);
      }
    }
  };
  visit(steps);
  return times;
}

/** Every buffer's life: from its first use to its last; a use in a loop that the buffer outlives counts as the whole loop. */
function livesOf(root: Scope, kept: Kept, times: Times): Map<Buffer, Life> {
  const lives = new Map<Buffer, Life>();
  const use = (place: Place, scope: Scope, at: number): void => {
    const { buffer } = resolved(place);
    let span: readonly [number, number] = [at, at];
    for (let s = scope; s !== buffer.scope && s.parent !== null; s = s.parent) {
      if (!isWithin(s, buffer.scope)) break;
      span = times.loops.get(s) ?? span;
    }
    const life = lives.get(buffer);
    if (life === undefined) lives.set(buffer, { buffer, first: span[0], last: span[1] });
    else {
      life.first = Math.min(life.first, span[0]);
      life.last = Math.max(life.last, span[1]);
    }
  };
  const visit = (scope: Scope): void => {
    for (const step of scope.body) {
      if ("loop" in step) visit(step.loop);
      else {
        const at = times.instructions.get(step) ?? 0;
        for (const place of [...step.reads, step.write]) use(place, scope, at);
      }
    }
  };
  visit(root);
  for (const buffer of kept.always) lives.set(buffer, { buffer, first: -1, last: Number.POSITIVE_INFINITY });
  for (const buffer of kept.results) {
    const life = lives.get(buffer);
    if (life === undefined) lives.set(buffer, { buffer, first: -1, last: Number.POSITIVE_INFINITY });
    else life.last = Number.POSITIVE_INFINITY;
  }
  return lives;
}

/** Lets a result take the place of an operand that ends with the instruction that makes it. */
function shareWithOperands(root: Scope, lives: Map<Buffer, Life>, times: Times): Map<Buffer, Buffer> {
  const shared = new Map<Buffer, Buffer>();
  const visit = (scope: Scope): void => {
    for (const step of scope.body) {
      if ("loop" in step) {
        visit(step.loop);
        continue;
      }
      const at = times.instructions.get(step);
      const target = resolved(step.write);
      const result = lives.get(target.buffer);
      if (result === undefined || result.first !== at || target.buffer.scope !== scope || shared.has(target.buffer)) continue;
      for (const operand of step.overwritable) {
        const source = resolved(operand);
        let owner = source.buffer;
        while (shared.has(owner)) owner = shared.get(owner) as Buffer;
        const life = lives.get(owner);
        const fits = owner.size === target.buffer.size && source.offset === 0 && target.offset === 0;
        if (!fits || life === undefined || life.last !== at || owner.scope !== scope || owner === target.buffer) continue;
        if (!mayOverwrite(step, source.buffer)) continue;
        shared.set(target.buffer, owner);
        life.last = result.last;
        lives.delete(target.buffer);
        break;
      }
    }
  };
  visit(root);
  return shared;
}

/** Buffers that outlive a run: those given from outside, and the results. */
export interface Kept {
  readonly always: ReadonlySet<Buffer>;
  readonly results: ReadonlySet<Buffer>;
}

export interface Layout {
  /** entry at which each buffer starts */
  readonly offsets: ReadonlyMap<Buffer, number>;
  readonly entries: number;
}

/**
 * Gives every buffer a start in one arena, such that buffers that live at the same time do not overlap: largest first, each at
 * the lowest free start.
 *
 * @param root   the outermost level of the plan
 * @param kept   buffers that outlive a run
 * @param align  starts are multiples of this many entries
 */
export function layOut(root: Scope, kept: Kept, align: number): Layout {
  const times = timesOf(root.body);
  const lives = livesOf(root, kept, times);
  const shared = shareWithOperands(root, lives, times);
  const order = [...lives.values()].sort(
    (a, b) => b.buffer.size - a.buffer.size || a.first - b.first || a.buffer.id - b.buffer.id,
  );
  const placed: { start: number; end: number; life: Life }[] = [];
  const offsets = new Map<Buffer, number>();
  let entries = 0;
  for (const life of order) {
    const size = Math.ceil(life.buffer.size / align) * align;
    let start = 0;
    for (const other of placed) {
      // sorted by start: the first gap that is wide enough
      if (other.life.last < life.first || other.life.first > life.last) continue;
      if (other.start >= start + size) break;
      start = Math.max(start, other.end);
    }
    const entry = { start, end: start + size, life };
    const at = placed.findIndex((other) => other.start > start);
    placed.splice(at < 0 ? placed.length : at, 0, entry);
    offsets.set(life.buffer, start);
    entries = Math.max(entries, entry.end);
  }
  for (const [buffer, owner] of shared) {
    let last = owner;
    while (shared.has(last)) last = shared.get(last) as Buffer;
    offsets.set(buffer, offsets.get(last) ?? 0);
  }
  return { offsets, entries };
}
