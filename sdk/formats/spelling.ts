/**
 * The known name that a mistyped one most resembles: fewest letters inserted, dropped, replaced or swapped with their
 * neighbour, ignoring case, and at most a third of the word (at least one).
 *
 * @returns  null when no name is close enough to be what was meant
 * @see      Damerau 1964, "A technique for computer detection and correction of spelling errors", doi:10.1145/363958.363994
 */
export function closestName(word: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const edits = editsBetween(word.toLowerCase(), name.toLowerCase());
    if (edits < fewest) [best, fewest] = [name, edits];
  }
  return best;
}

/** Number of letters to insert, drop, replace or swap with their neighbour that turns one word into another. */
export function editsBetween(a: string, b: string): number {
  const edits = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : i)));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = edits[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      edits[i][j] = Math.min(edits[i - 1][j] + 1, edits[i][j - 1] + 1, replaced);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
    }
  }
  return edits[a.length][b.length];
}
