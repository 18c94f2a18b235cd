import type { Command } from "commander";
import type { Answer, Terminal } from "./terminal.js";

/** What the commands are given besides their words. */
export interface Surroundings {
  /** the terminal, made after the words are read (they say whether answers are JSON) */
  terminal(json: boolean): Terminal;
  readonly cwd: string;
  /** what was typed, for the record of a run */
  readonly typed: string;
  /** work to do when the command is interrupted (exit status 130) or terminated (143); the returned function takes it back */
  onInterrupt(work: (exit: number) => void): () => void;
  /** gets what a command answers */
  answer(answer: Answer, terminal: Terminal): void;
}

/** Adds its commands to the program. */
export type DefineCommand = (program: Command, around: Surroundings) => void;
