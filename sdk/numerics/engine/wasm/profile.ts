import type { Timing } from "../program.js";
import { LOOP } from "./assembly/opcodes.js";
import type { Instruction, Scope } from "./instruction.js";

/** A tape in memory, and the means to run parts of it. */
interface Stepper {
  readonly words: Int32Array;
  /** address of the tape's first word and of the word after its last */
  readonly origin: number;
  readonly end: number;
  /** runs the instructions between two addresses */
  run(from: number, to: number): void;
  /** milliseconds */
  now(): number;
}

/** Runs a tape one instruction at a time; tells of each, pass by pass, its position among the instructions and its milliseconds. */
function runApart({ words, origin, end, run, now }: Stepper, tell: (position: number, ms: number) => void): void {
  const at = (address: number): number => (address - origin) >> 2;
  const positions = new Map<number, number>();
  for (let pc = origin; pc < end; pc += words[at(pc) + 1]) if (words[at(pc)] !== LOOP) positions.set(pc, positions.size);
  const patch = (list: number, count: number, times: number): void => {
    for (let i = 0; i < count; i++) words[at(words[list + 2 * i])] += times * words[list + 2 * i + 1];
  };
  const steps = (from: number, to: number): void => {
    for (let pc = from; pc < to; ) {
      const i = at(pc);
      const next = pc + words[i + 1];
      if (words[i] !== LOOP) {
        const start = now();
        run(pc, next);
        tell(positions.get(pc) as number, now() - start);
        pc = next;
        continue;
      }
      const [length, after, count, list] = words.subarray(i + 2, i + 6);
      for (let pass = 0; pass < length; pass++) {
        steps(next, after);
        patch(at(list), count, 1);
      }
      patch(at(list), count, -length);
      pc = after;
    }
  };
  steps(origin, end);
}

/** The instructions of a plan with the passes each makes, in the order they are written. */
function passesOf(scope: Scope, passes = 1): { instruction: Instruction; passes: number }[] {
  return scope.body.flatMap((step) =>
    "loop" in step ? passesOf(step.loop, passes * step.loop.length) : [{ instruction: step, passes }],
  );
}

/**
 * The time of each instruction, longest first. Of every pass the least time of all rounds counts: other work on the machine only
 * adds.
 */
export function profileOf(root: Scope, stepper: Stepper, rounds: number): Timing[] {
  const rows = passesOf(root);
  const least: { position: number; ms: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    let k = 0;
    runApart(stepper, (position, ms) => {
      const known = least[k++];
      if (known === undefined) least.push({ position, ms });
      else known.ms = Math.min(known.ms, ms);
    });
  }
  const total = rows.map(() => 0);
  for (const { position, ms } of least) total[position] += ms;
  return rows
    .map(({ instruction: { name, sizes, flops }, passes }, i) => ({
      op: name,
      sizes,
      passes,
      ms: total[i],
      gflops: total[i] === 0 ? 0 : (flops * passes) / (total[i] * 1e6),
    }))
    .sort((a, b) => b.ms - a.ms);
}
