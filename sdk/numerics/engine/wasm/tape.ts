import { END, LOOP } from "./assembly/opcodes.js";
import { type Buffer, type Place, resolved, type Scope } from "./instruction.js";

export interface Tape {
  readonly words: Int32Array;
  /** address of the first word after the instructions */
  readonly end: number;
}

/**
 * Writes a plan as words.
 *
 * @param root     the outermost level
 * @param origin   address at which the tape will lie
 * @param bytes    bytes of one entry
 * @param address  address of the first entry of a buffer
 */
export function encode(root: Scope, origin: number, bytes: number, address: (buffer: Buffer) => number): Tape {
  const words: number[] = [];
  const patches = new Map<Scope, [word: number, step: number][]>();
  const here = (): number => origin + 4 * words.length;

  const put = (word: number | Place): void => {
    if (typeof word === "number") {
      words.push(word);
      return;
    }
    const { buffer, offset, steps } = resolved(word);
    for (const [loop, step] of steps) if (step !== 0) patches.get(loop)?.push([here(), step * bytes]);
    words.push(address(buffer) + offset * bytes);
  };

  const lists: [at: number, list: [number, number][]][] = [];
  const visit = (scope: Scope): void => {
    for (const step of scope.body) {
      if (!("loop" in step)) {
        put(step.code);
        put(4 * (step.words.length + 2));
        for (const word of step.words) put(word);
        continue;
      }
      const list: [number, number][] = [];
      patches.set(step.loop, list);
      const head = words.length;
      words.push(LOOP, 24, step.loop.length, 0, 0, 0);
      visit(step.loop);
      words[head + 3] = here();
      words[head + 4] = list.length;
      lists.push([head + 5, list]);
    }
  };
  visit(root);
  const end = here();
  words.push(END, 8);
  for (const [at, list] of lists) {
    words[at] = here();
    words.push(...list.flat());
  }
  return { words: Int32Array.from(words), end };
}
