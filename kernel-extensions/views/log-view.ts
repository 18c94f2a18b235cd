import type { Log } from "../../sdk/fluent/results/log.js";
import type { View } from "../bundle.js";

const shownLines = 40;

/** The end of a log. */
export function logView(log: Log): View {
  const count = log.text.trimEnd().split("\n").length;
  const title = count > shownLines ? `Log: the last ${shownLines} of ${count} lines` : `Log: ${count} lines`;
  return { text: log.text, title, lines: log.tail(shownLines) };
}
