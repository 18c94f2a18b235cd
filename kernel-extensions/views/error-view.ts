import { type DymadError, pathText } from "../../sdk/errors.js";
import type { View } from "../bundle.js";

/** Every problem with its place, what is wrong and what to do. */
export function errorView(error: DymadError): View {
  const rows = error.issues.map(({ code, path, message, hint }) => [code, pathText(path), message, hint ?? ""]);
  return {
    text: rows
      .map(([code, place, message, hint]) => `error[${code}] ${place}: ${message}${hint && `\n  help: ${hint}`}`)
      .join("\n"),
    title: rows.length === 1 ? "One problem" : `${rows.length} problems`,
    tables: [{ title: "", table: { columns: ["code", "where", "what", "what to do"].map((title) => ({ title })), rows } }],
  };
}
