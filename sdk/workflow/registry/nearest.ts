/** Number of single-letter edits (insert, delete, replace, swap of neighbours) that turn one word into another, ignoring case. */
function distance(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  for (let j = 1; j <= b.length; j++) rows[0][j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}

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
    const edits = starts ? 1 : distance(typed, name);
    if (edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}
