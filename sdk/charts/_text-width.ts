/**
 * About how wide a text is in a sans-serif font, so that legends and labels are laid out alike on every machine,
 * with or without a canvas. Between Helvetica and the wider DejaVu Sans: labels may stand loose, but not overlap.
 *
 * @param size   font size in pixels
 * @returns      width in pixels
 */
export function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const letter of text) ems += widthOf(letter);
  return ems * size;
}

function widthOf(letter: string): number {
  if (" .,:;'|!ijl".includes(letter)) return 0.31;
  if ('frt()[]{}-/\\"*'.includes(letter)) return 0.41;
  if ("mwMW@%…—".includes(letter)) return 0.92;
  if (/[A-Z]/.test(letter)) return 0.68;
  // East Asian letters fill the whole square.
  if (letter >= "\u2E80") return 1;
  return 0.6;
}
