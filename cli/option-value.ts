import { DymadError } from "../sdk/errors.js";

/** A seed as it is typed. @throws E_USAGE when it is not a whole number of at least 0 */
export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new DymadError("E_USAGE", `a seed must be a whole number of at least 0, got ${JSON.stringify(text)}`, {
    hint: "for example --seed 1",
  });
}
