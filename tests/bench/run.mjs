// npm run -s bench -- [--case NAME] [--runs N] [--dtype float32|float64] [--json]
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { control } from "./measure.mjs";

const { values } = parseArgs({
  options: {
    case: { type: "string", short: "c" },
    runs: { type: "string", default: "41" },
    dtype: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const known = readdirSync(new URL("cases/", import.meta.url)).map((file) => file.replace(/\.mjs$/, ""));
if (values.help) {
  console.log(`bench [--case ${known.join("|")}] [--runs N] [--dtype float32|float64] [--json]
Checks the result first, then runs ours and the peer in turn and prints medians; ratio = peer_ms / ours_ms, fastest = the ratio of the fastest runs.
Peers run in Python: $DYMAD_PYTHON, else python3; one that is missing gives a row with peer_ms null.`);
  process.exit(0);
}
if (values.case !== undefined && !known.includes(values.case)) {
  console.error(`there is no case "${values.case}"; there are ${known.join(", ")}`);
  process.exit(2);
}
const round = (v) => (v === null || v === undefined ? null : Number(v.toPrecision(4)));
const quotient = (peer, ours) => (peer === null || peer === undefined ? null : round(peer / ours));
const gained = await control();
if (!values.json) console.log("case                  dtype    threads   ours (ms)   peer (ms)   ratio   fastest   peer");
for (const name of values.case === undefined ? known : [values.case]) {
  const { run } = await import(`./cases/${name}.mjs`);
  const dtypes = values.dtype === undefined ? ["float32", "float64"] : [values.dtype];
  for await (const row of run({ dtypes, runs: Number(values.runs) })) {
    const { runs, ours_fastest_ms, peer_fastest_ms, ...medians } = row;
    const rest = {
      ...medians,
      ours_ms: round(row.ours_ms),
      peer_ms: round(row.peer_ms),
      ratio: quotient(row.peer_ms, row.ours_ms),
      control: round(gained.median),
      runs,
      ours_fastest_ms: round(ours_fastest_ms),
      peer_fastest_ms: round(peer_fastest_ms),
      fastest_ratio: quotient(peer_fastest_ms, ours_fastest_ms),
      fastest_control: round(gained.fastest),
    };
    if (values.json) console.log(JSON.stringify(rest));
    else {
      const cells = [
        row.case.padEnd(21),
        row.dtype.padEnd(8),
        String(row.threads).padStart(7),
        (rest.ours_ms ?? "-").toString().padStart(11),
      ];
      console.log(
        `${cells.join(" ")} ${(rest.peer_ms ?? "-").toString().padStart(11)} ${(rest.ratio ?? "-").toString().padStart(7)} ${(rest.fastest_ratio ?? "-").toString().padStart(9)}   ${row.peer} ${row.peer_version ?? "(not installed)"}`,
      );
    }
  }
}
