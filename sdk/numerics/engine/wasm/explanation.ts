import type { Dtype } from "../program.js";
import { type Instruction, instructionsOf, type Scope } from "./instruction.js";

/** Instructions and floating point operations of a level, loops counted with all their passes. */
function workOf(scope: Scope): { instructions: number; flops: number } {
  let instructions = 0;
  let flops = 0;
  for (const step of scope.body) {
    if ("loop" in step) {
      const inner = workOf(step.loop);
      instructions += step.loop.length * inner.instructions;
      flops += step.loop.length * inner.flops;
    } else {
      instructions++;
      flops += step.flops;
    }
  }
  return { instructions, flops };
}

function count(instructions: Iterable<Instruction>): string {
  const counts = new Map<string, number>();
  for (const { name } of instructions) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, n]) => `${n} ${name}`).join(", ");
}

function lines(scope: Scope, indent: string): string[] {
  const own = scope.body.filter((step): step is Instruction => !("loop" in step));
  const loops = scope.body.flatMap((step) => ("loop" in step ? [step.loop] : []));
  return [
    `${indent}${count(own) || "nothing"}`,
    ...loops.flatMap((loop) => [`${indent}loop of ${loop.length}:`, ...lines(loop, `${indent}  `)]),
  ];
}

/** A plan in words. */
export function explain(root: Scope, size: { readonly dtype: Dtype; readonly arena: number }): string {
  const { instructions, flops } = workOf(root);
  return [
    `wasm, ${size.dtype}: ${[...instructionsOf(root.body)].length} instructions, ${instructions} with every pass of the loops`,
    `arena ${size.arena} bytes, about ${(flops / 1e6).toPrecision(3)} million floating point operations`,
    ...lines(root, "  "),
  ].join("\n");
}
