// The tape: 32-bit words, each instruction [code, bytes, operands ...]. A loop patches addresses in the words of its body after
// each pass and restores them after the last, so nested loops add up and the tape is as before when the run ends.

import { binaryAxes, combine, mapUnary, whereAxes } from "./map";
import { copyAxes, fill, gather, scatterAdd } from "./move";
import * as op from "./opcodes";
import { productAxes } from "./product";
import { random } from "./random";
import { reduceAxes } from "./reduce";

// @ts-ignore: decorator
@inline
function word(pc: usize, i: i32): i32 {
  return load<i32>(pc + (i << 2), 8);
}

// @ts-ignore: decorator
@inline
function address(pc: usize, i: i32): usize {
  return <usize>load<u32>(pc + (i << 2), 8);
}

/** Adds `times` steps to every patched word: patches are [address of the word, step]. */
function patch(list: usize, count: i32, times: i32): void {
  for (let i = 0; i < count; i++) {
    const at = <usize>load<u32>(list + (i << 3));
    store<i32>(at, load<i32>(at) + times * load<i32>(list + (i << 3), 4));
  }
}

function run<T>(pc: usize, end: usize): void {
  while (pc < end) {
    const next = pc + load<i32>(pc, 4);
    switch (load<i32>(pc)) {
      case op.LOOP: {
        const length = word(pc, 0);
        const after = address(pc, 1);
        const count = word(pc, 2);
        const list = address(pc, 3);
        for (let i = 0; i < length; i++) {
          run<T>(next, after);
          patch(list, count, 1);
        }
        patch(list, count, -length);
        pc = after;
        continue;
      }
      case op.UNARY:
        mapUnary<T>(word(pc, 0), address(pc, 1), address(pc, 2), word(pc, 3));
        break;
      case op.BINARY:
        binaryAxes<T>(
          word(pc, 0), word(pc, 1), address(pc, 2), address(pc, 3), address(pc, 4), word(pc, 5), word(pc, 6), pc + 8 + 28,
        );
        break;
      case op.WHERE:
        whereAxes<T>(address(pc, 0), address(pc, 1), address(pc, 2), address(pc, 3), word(pc, 4), pc + 8 + 20);
        break;
      case op.PRODUCT:
        productAxes<T>(
          address(pc, 0), word(pc, 1), word(pc, 2), address(pc, 3), word(pc, 4), address(pc, 5), word(pc, 6), word(pc, 7),
          word(pc, 8), address(pc, 9), word(pc, 10), word(pc, 11), word(pc, 12), address(pc, 13), address(pc, 14), word(pc, 15), pc + 8 + 64,
        );
        break;
      case op.COPY:
        copyAxes<T>(address(pc, 0), address(pc, 1), word(pc, 2), pc + 8 + 12);
        break;
      case op.FILL:
        fill<T>(address(pc, 0), address(pc, 1), word(pc, 2));
        break;
      case op.REDUCE: {
        const kept = pc + 8 + 28;
        reduceAxes<T>(
          word(pc, 0) != 0, address(pc, 1), address(pc, 2), word(pc, 3), word(pc, 4) != 0, word(pc, 5), kept, word(pc, 6),
          kept + (word(pc, 5) << 3),
        );
        break;
      }
      case op.GATHER:
        gather(address(pc, 0), address(pc, 1), word(pc, 2), word(pc, 3), word(pc, 4), word(pc, 5), address(pc, 6));
        break;
      case op.SCATTER:
        scatterAdd<T>(address(pc, 0), address(pc, 1), word(pc, 2), word(pc, 3), word(pc, 4), word(pc, 5), address(pc, 6));
        break;
      case op.COMBINE:
        combine<T>(address(pc, 0), word(pc, 1), word(pc, 2), pc + 8 + 12);
        break;
      case op.RANDOM:
        random<T>(
          address(pc, 0), word(pc, 1), word(pc, 2) != 0, word(pc, 3), word(pc, 4), address(pc, 5), load<f64>(pc, 8 + 24),
          load<f64>(pc, 8 + 32),
        );
        break;
      default:
        unreachable();
    }
    pc = next;
  }
}

/** Runs the tape from `pc` to `end` over float64 values. */
export function run64(pc: usize, end: usize): void {
  run<f64>(pc, end);
}

/** Runs the tape from `pc` to `end` over float32 values. */
export function run32(pc: usize, end: usize): void {
  run<f32>(pc, end);
}

/** The first byte of memory that the kernels leave free. */
export function heapBase(): usize {
  return __heap_base;
}
