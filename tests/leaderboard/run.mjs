// npm run -s leaderboard -- --set NAME --data FILE [--model NAME ...] [--select-only] [--keep FOLDER] [--json]
// Trains the committed models of a measured data set through the command line and prints how well they simulate it freely.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readRecords } from "./records.mjs";
import { Simulation } from "./simulation.mjs";

const folder = fileURLToPath(new URL("sets/", import.meta.url));
const known = readdirSync(folder).map((name) => name.replace(/\.json$/, ""));
const { values } = parseArgs({
  options: {
    set: { type: "string" },
    data: { type: "string" },
    model: { type: "string", multiple: true },
    "select-only": { type: "boolean", default: false },
    keep: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(`leaderboard --set ${known.join("|")} --data FILE [--model NAME ...] [--select-only] [--keep FOLDER] [--json]
For each model of the set: rmse_select, free simulation over the end of the training record, which the model has not seen; then the
same request on the whole training record, and rmse_test on the test record. --select-only leaves the test record untouched.`);
  process.exit(0);
}
if (!known.includes(values.set) || values.data === undefined) {
  console.error(`--set (one of ${known.join(", ")}) and --data FILE are needed; --help tells more`);
  process.exit(2);
}
const set = JSON.parse(readFileSync(join(folder, `${values.set}.json`), "utf8"));
const models = set.models.filter(({ model }) => values.model === undefined || values.model.includes(model));
if (models.length === 0) {
  console.error(`the models of this set are ${set.models.map(({ model }) => model).join(", ")}`);
  process.exit(2);
}
const work = values.keep ?? mkdtempSync(join(tmpdir(), "dymad-leaderboard-"));
mkdirSync(work, { recursive: true });
const records = readRecords(readFileSync(values.data, "utf8"), set);
for (const { model, config } of models) {
  const simulation = new Simulation(set, work, model, config);
  const seen = { ...records.estimation, rows: records.estimation.rows.slice(0, set.select_from) };
  const rmse_select = simulation.rmse("select", seen, records.estimation, set.select_from);
  const rmse_test = values["select-only"] ? null : simulation.rmse("test", records.estimation, records.test, set.washout);
  const row = { set: set.set, model, rmse_select, rmse_test, published_best: set.published_best };
  const number = (value) => (value === null ? "-" : value.toPrecision(4));
  if (values.json) console.log(JSON.stringify(row));
  else
    console.log(
      `${set.set}  ${model.padEnd(24)} select ${number(rmse_select)}  test ${number(rmse_test)}  published ${number(set.published_best)} ${set.unit}`,
    );
}
if (values.keep === undefined) rmSync(work, { recursive: true, force: true });
