// The cases of tests/parity/cases/*.json: read, completed by what their family shares, checked.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a sampler is told; the rest of a case is about training and comparing. */
export const samplerKeys = ["system", "x0", "p", "control", "time", "solver", "postprocess", "noise", "batch"];
const keys = new Set([
  "id",
  "family",
  ...samplerKeys,
  "data_seed",
  "split_seed",
  "train_on",
  "config",
  "study",
  "heat",
  "evaluation",
  "analyses",
  "random",
  "seeds",
  "published",
  "not_runnable",
  "note",
]);
const needed = ["system", "x0", "time", "data_seed", "published"];
const neededOfStudy = ["data_seed", "published"];

export const ownFiles = () => {
  const folder = fileURLToPath(new URL("cases/", import.meta.url));
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => join(folder, name));
};

/**
 * The cases of some files, each laid over what its family shares.
 *
 * @throws  an Error that names the file, the case and the key that is missing or unknown
 */
export function readCases(files) {
  return files.flatMap((file) => {
    const { families = {}, cases } = JSON.parse(readFileSync(file, "utf8"));
    return cases.map((one) => checked({ ...families[one.family], ...one }, file));
  });
}

function checked(item, file) {
  const where = `${file}: case ${item.id ?? "(without id)"}`;
  for (const key of Object.keys(item)) if (!keys.has(key)) throw new Error(`${where} has the unknown key ${key}`);
  const wanted = item.study === undefined && item.heat === undefined ? needed : neededOfStudy;
  for (const key of item.not_runnable === undefined ? wanted : ["id", "family"])
    if (item[key] === undefined) throw new Error(`${where} lacks ${key}`);
  return item;
}
