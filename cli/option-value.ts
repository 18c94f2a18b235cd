import { DymadError } from "../sdk/errors.js";

/** A seed as it is typed. @throws E_USAGE when it is not a whole number of at least 0 */
export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new DymadError("E_USAGE", `a seed must be a whole number of at least 0, got ${JSON.stringify(text)}`, {
    hint: "for example --seed 1",
  });
}

/** A number of threads as it is typed. @throws E_USAGE when it is neither `auto` nor a whole number of at least 1 */
export function threadCount(text: string): "auto" | number {
  if (text === "auto") return text;
  if (/^[1-9]\d*$/.test(text) && Number(text) <= 1024) return Number(text);
  throw new DymadError("E_USAGE", `threads must be auto or a whole number of at least 1, got ${JSON.stringify(text)}`, {
    hint: "for example --threads 2",
  });
}

/** A number of bytes, lines or seconds as it is typed. @throws E_USAGE when it is not a whole number of at least 0 */
export function count(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new DymadError("E_USAGE", `must be a whole number of at least 0, got ${JSON.stringify(text)}`, {
    hint: "write digits only",
  });
}

/** A number of things of which there is at least one. @throws E_USAGE when it is not a whole number of at least 1 */
export function countFromOne(text: string): number {
  if (/^0*[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new DymadError("E_USAGE", `must be a whole number of at least 1, got ${JSON.stringify(text)}`, {
    hint: "write digits only",
  });
}
