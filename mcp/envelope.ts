import { DymadError, type Issue } from "../sdk/errors.js";
import { type ErrorDocument, errorDocument, knownError } from "../sdk/workflow/app/error-document.js";
import { nearest } from "../sdk/workflow/registry/nearest.js";

/** What every tool answers. */
export type Envelope = { readonly ok: true; readonly data: object } | ErrorDocument;

/** An answer longer than this is refused: a client could not read it. */
const mostCharacters = 8_000_000;

/** Data as a client gets them: plain JSON. */
export function succeeded(data: object): Envelope {
  const text = JSON.stringify(data);
  if (text.length <= mostCharacters) return { ok: true, data: JSON.parse(text) as object };
  return failed(
    new DymadError("E_UNSUPPORTED", `the answer has ${text.length} characters, more than ${mostCharacters}`, {
      hint: "ask for less: a smaller page, a smaller chunk",
    }),
  );
}

/**
 * Why something did not work, with what to do when nothing was said about that.
 *
 * @param root  directory from which clients name places: where it lies is not told
 */
export function failed(error: unknown, root: string | null = null): ErrorDocument {
  const known = knownError(error);
  const told = (text: string): string => (root === null ? text : text.replaceAll(`${root}/`, ""));
  const issues = known.issues.map((issue): Issue => {
    const hint = issue.hint ?? recovery[issue.code];
    return { ...issue, message: told(issue.message), hint: hint === undefined ? undefined : told(hint) };
  });
  return errorDocument(new DymadError(known.code, told(known.message), { path: known.path, issues, data: known.data }));
}

/** What helps in general. */
const recovery: Partial<Record<Issue["code"], string>> = {
  E_SPEC: "mend the arguments as the message says and call again",
  E_SHAPE: "inspect_dataset tells the sizes of the data",
  E_DATA: "inspect the file, or register another",
  E_FORMAT: "write the file again, as npz of plain arrays or as csv",
  E_NOT_FOUND: "list_runs and list_objects tell what there is",
  E_CONFLICT: "something has changed or exists already: read it again, or choose another name",
  E_CANCELLED: "call the tool again",
};

export function unknownTool(name: unknown, known: readonly string[]): ErrorDocument {
  const close = typeof name === "string" ? nearest(name, known) : null;
  const what = typeof name === "string" ? JSON.stringify(name.slice(0, 100)) : `a ${typeof name}`;
  return failed(
    new DymadError("E_NOT_FOUND", `${what} is not a tool of this server`, {
      path: ["name"],
      hint: `${close === null ? "" : `did you mean ${close}? `}the tools are ${known.join(", ")}`,
    }),
  );
}
