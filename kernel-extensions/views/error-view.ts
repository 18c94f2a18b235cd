import { type DymadError, pathText } from "../../sdk/errors.js";
import type { View } from "../bundle.js";

/** Every problem with its place, what is wrong and what to do. */
export function errorView(error: DymadError): View {
  const rows = error.issues.map(({ code, path, message, hint }) => [code, pathText(path), message, hint ?? ""]);
  return {
    text: errorText(error),
    title: rows.length === 1 ? "One problem" : `${rows.length} problems`,
    tables: [{ title: "", table: { columns: ["code", "where", "what", "what to do"].map((title) => ({ title })), rows } }],
  };
}

/** The same for a terminal, or for a cell that has failed. */
export function errorText({ issues }: DymadError): string {
  const texts = issues.map(({ code, path, message, hint }) => {
    const place = path.length === 0 ? "" : ` ${pathText(path)}`;
    return `error[${code}]${place}: ${message}${hint === undefined ? "" : `\n  help: ${hint}`}`;
  });
  return texts.join("\n");
}
