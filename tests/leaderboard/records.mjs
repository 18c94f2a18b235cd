// The records of a measured data set, as columns u and y.

/**
 * @param text  the file: numbers separated by commas or blanks, with or without a header
 * @param set   `columns` names of a file without header; `estimation` and `test`: { u: [columns], y: column, rows: [from, to] }
 * @returns     estimation and test, each { rows: [[u.., y], ...] }
 */
export function readRecords(text, { columns, estimation, test }) {
  const lines = text.trim().split(/\r?\n/);
  const cells = (line) =>
    line
      .trim()
      .split(/[\s,]+/)
      .map((cell) => cell.replaceAll('"', ""));
  const header = columns ?? cells(lines[0]);
  const body = lines.slice(columns === undefined ? 1 : 0).map(cells);
  const part = ({ u, y, rows: [from = 0, to = body.length] = [] }) => {
    const wanted = [...u, y].map((name) => {
      const place = header.indexOf(name);
      if (place < 0) throw new Error(`the file has no column ${name}; it has ${header.join(", ")}`);
      return place;
    });
    return { rows: body.slice(from, to).map((row) => wanted.map((place) => Number(row[place]))) };
  };
  return { estimation: part(estimation), test: part(test) };
}
