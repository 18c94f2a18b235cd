// npm run -s parity -- [--family F] [--cases FILE ...] [--only ID ...] [--seeds N] [--keep FOLDER] [--list] [--json]
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ownFiles, readCases } from "./cases.mjs";
import { Driver } from "./drive.mjs";

const { values } = parseArgs({
  options: {
    family: { type: "string", multiple: true },
    cases: { type: "string", multiple: true },
    only: { type: "string", multiple: true },
    seeds: { type: "string", default: "3" },
    keep: { type: "string" },
    list: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(`parity [--family F ...] [--cases FILE ...] [--only ID ...] [--seeds N] [--keep FOLDER] [--list] [--json]
Trains and evaluates the published cases through the command line; ours = median over the seeds.
--list prints the cases without running them. The schema of a case file is described in docs/parity.md.
Exit 0 when no case exceeds its bound.`);
  process.exit(0);
}
const wanted = readCases([...(values.cases ?? ownFiles())])
  .filter(({ family }) => values.family === undefined || values.family.includes(family))
  .filter(({ id }) => values.only === undefined || values.only.includes(id));
if (wanted.length === 0) {
  console.error("no case was selected; --list prints the cases there are");
  process.exit(2);
}
if (values.list) {
  for (const { id, published, not_runnable } of wanted) {
    const state = not_runnable ?? (published.value === null ? "no bound" : `${published.metric} ${published.value}`);
    console.log(values.json ? JSON.stringify({ id, metric: published?.metric, published: published?.value }) : `${id}: ${state}`);
  }
  process.exit(0);
}

const number = (value) => (value === null || value === undefined ? "-" : value.toPrecision(4)).padStart(9);
const word = { true: "ok  ", false: "FAIL", null: "    " };
/** A row as a line for people. */
function line({ id, metric, ours, published, bound, ok, seconds, not_runnable, error }) {
  if (not_runnable !== undefined) return `     ${id.padEnd(24)} not run: ${not_runnable}`;
  const why = error === undefined ? "" : `\n     ${error}`;
  return `${word[ok]} ${id.padEnd(24)} ${metric.padEnd(17)} ours ${number(ours)}  published ${number(published)}  bound ${number(bound)}  ${seconds} s${why}`;
}

const work = values.keep ?? mkdtempSync(join(tmpdir(), "dymad-parity-"));
mkdirSync(work, { recursive: true });
const driver = new Driver(work);
let failed = false;
for (const item of wanted) {
  for (const row of await driver.rows(item, Number(values.seeds))) {
    failed ||= row.ok === false;
    console.log(values.json ? JSON.stringify(row) : line(row));
  }
}
if (values.keep === undefined) rmSync(work, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
