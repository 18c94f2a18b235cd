import { editsBetween } from "../../formats/spelling.js";

/**
 * The candidate closest to a mistyped word, or null when none is close enough to be what was meant.
 *
 * @param word        what was typed
 * @param candidates  the words that exist
 * @returns           the first candidate with the fewest edits, at most a third of the word's length (and at least one)
 * @see               Damerau 1964, "A technique for computer detection and correction of spelling errors", doi:10.1145/363958.363994
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const typed = word.toLowerCase();
  let best: string | null = null;
  let bestEdits = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of candidates) {
    const name = candidate.toLowerCase();
    const starts = typed.length >= 3 && name.startsWith(typed);
    const edits = starts ? 1 : editsBetween(typed, name);
    if (edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}
