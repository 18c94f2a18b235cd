/** A word as a shell takes it back: as it is, or in quotes when it has a space or another character that means something. */
export const quotedWord = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
