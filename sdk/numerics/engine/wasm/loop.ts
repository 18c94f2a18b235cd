import { type ScanNode, sizeOf } from "../graph.js";
import {
  type Buffer,
  type Instruction,
  instructionsOf,
  isWithin,
  mayOverwrite,
  resolved,
  type Scope,
  type View,
} from "./instruction.js";
import { isContiguous, isWhole, viewOf, wholeOf } from "./view.js";
import type { Writer } from "./writer.js";

/**
 * Writes a loop. Slices are read where they lie, stacked results written where they stay, by addresses that move on with each
 * pass. A carry has a home; its next value is made there when nothing reads the old one later, else copied there.
 *
 * @param lowerBody  writes the body for given inputs and returns its outputs
 * @returns          the loop's results by pick index
 */
export function writeLoop(
  writer: Writer,
  node: ScanNode,
  operands: readonly View[],
  lowerBody: (inputs: readonly View[]) => View[],
): View[] {
  const { carries, slices, length, reverse } = node;
  const outer = writer.scope;
  const loop: Scope = { parent: outer, length, body: [] };
  const homes = operands.slice(0, carries).map((initial) => {
    const home = writer.fresh(initial.shape);
    writer.copy(initial, home);
    return home;
  });
  const rows = operands.slice(carries, carries + slices).map((all) => rowOf(all, loop, reverse));
  writer.scope = loop;
  const outputs = lowerBody([...homes, ...rows, ...operands.slice(carries + slices)]);
  const stacked = new Map<Buffer, View>();
  const stacks = outputs.slice(carries).map((value) => {
    if (isOutside(value, loop, homes)) return allRowsOf(value, loop, reverse);
    const known = stacked.get(value.place.buffer);
    if (known !== undefined && isWhole(value)) return viewOf(known.place, [length, ...value.shape]);
    const all = wholeOf(writer.buffer(length * sizeOf(value.shape), outer), [length, ...value.shape]);
    const row = rowOf(all, loop, reverse);
    if (isOwn(value, loop)) {
      value.place.buffer.place = row.place;
      stacked.set(value.place.buffer, all);
    } else writer.copy(value, row);
    return all;
  });
  handOver(writer, loop, homes, outputs.slice(0, carries));
  writer.scope = outer;
  outer.body.push(...takeInvariants(loop), { loop });
  return [...homes, ...stacks];
}

/** Row k of an array in pass k. */
function rowOf(all: View, loop: Scope, reverse: boolean): View {
  const step = all.strides[0];
  const offset = all.place.offset + (reverse ? (loop.length - 1) * step : 0);
  const own = step === 0 ? [] : [[loop, reverse ? -step : step] as const];
  const steps = [...all.place.steps, ...own];
  return { place: { buffer: all.place.buffer, offset, steps }, shape: all.shape.slice(1), strides: all.strides.slice(1) };
}

/** Whether a value lies in an array that the loop does not write. */
function isOutside(value: View, loop: Scope, homes: readonly View[]): boolean {
  const { buffer } = resolved(value.place);
  // a value that has been stacked already lies in an array outside, but each pass makes its row
  if (isWithin(value.place.buffer.scope, loop)) return false;
  return !isWithin(buffer.scope, loop) && homes.every((home) => home.place.buffer !== buffer);
}

/** The rows that a view of an array outside shows in all passes: they need no copy to be stacked. */
function allRowsOf(row: View, loop: Scope, reverse: boolean): View {
  const step = row.place.steps.reduce((sum, [by, entries]) => (by === loop ? sum + entries : sum), 0);
  const offset = row.place.offset + (reverse ? (loop.length - 1) * step : 0);
  const steps = row.place.steps.filter(([by]) => by !== loop);
  return {
    place: { buffer: row.place.buffer, offset, steps },
    shape: [loop.length, ...row.shape],
    strides: [reverse ? -step : step, ...row.strides],
  };
}

/** Whether a view is all of an array that each pass makes anew and that has no other place yet. */
function isOwn(view: View, loop: Scope): boolean {
  const { buffer } = view.place;
  return isWhole(view) && buffer.scope === loop && buffer.place === null;
}

/** Brings the new carries to their homes at the end of a pass. */
function handOver(writer: Writer, loop: Scope, homes: readonly View[], values: readonly View[]): void {
  const homeBuffers = homes.map((home) => home.place.buffer);
  const unchanged = values.map((value, i) => value.place.buffer === homeBuffers[i] && sameView(value, homes[i]));
  // a carry that becomes (a part of) another one is set aside before any home changes
  const settled = values.map((value, i) => {
    if (unchanged[i] || !homeBuffers.includes(resolved(value.place).buffer)) return value;
    const aside = writer.fresh(value.shape);
    writer.copy(value, aside);
    return aside;
  });
  const inPlace = settled.map((value, i) => {
    if (unchanged[i] || !isOwn(value, loop) || !mayReplace(loop, value.place.buffer, homeBuffers[i])) return false;
    value.place.buffer.place = homes[i].place;
    return true;
  });
  settled.forEach((value, i) => {
    if (!unchanged[i] && !inPlace[i]) writer.copy(value, homes[i]);
  });
}

const sameView = (a: View, b: View): boolean =>
  a.place.offset === b.place.offset && a.place.steps.length === 0 && isContiguous(a) && isContiguous(b);

/** Whether `value` may be made in `home`: nothing reads the old carry after the first entry of the new one is written. */
function mayReplace(loop: Scope, value: Buffer, home: Buffer): boolean {
  let written = false;
  for (const step of loop.body) {
    const nested = "loop" in step;
    const instructions: Instruction[] = nested ? [...instructionsOf(step.loop.body)] : [step];
    const reads = instructions.some((i) => i.reads.some((read) => resolved(read).buffer === home));
    const writes = instructions.some((i) => resolved(i.write).buffer === value);
    if (written && reads) return false;
    if (writes && reads && (nested || !mayOverwrite(step, home))) return false;
    written ||= writes;
  }
  return written;
}

/** Takes the instructions whose operands stay the same out of a loop. */
function takeInvariants(loop: Scope): Instruction[] {
  const writers = new Map<Buffer, number>();
  for (const i of instructionsOf(loop.body)) {
    const { buffer } = resolved(i.write);
    writers.set(buffer, (writers.get(buffer) ?? 0) + 1);
  }
  const taken: Instruction[] = [];
  const left = loop.body.filter((step) => {
    if ("loop" in step) return true;
    const { buffer } = step.write;
    if (buffer.scope !== loop || buffer.place !== null || writers.get(buffer) !== 1) return true;
    const moves = step.reads.some((read) => {
      const place = resolved(read);
      return writers.has(place.buffer) || place.steps.some(([by]) => by === loop);
    });
    if (moves) return true;
    buffer.scope = loop.parent as Scope;
    writers.delete(buffer);
    taken.push(step);
    return false;
  });
  loop.body.splice(0, loop.body.length, ...left);
  return taken;
}
