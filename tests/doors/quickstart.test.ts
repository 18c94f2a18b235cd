import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const cli = resolve(import.meta.dirname, "../../dist/cli/main.js");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dymad-quickstart-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Row {
  re: number;
  im: number;
  frequency: number;
  growth: number;
  residual: number | null;
  flag: string | null;
}

describe("dymad quickstart", () => {
  const run = (): { stdout: string; data: { metrics: Record<string, number>; winner: string } } => {
    const stdout = execFileSync(process.execPath, [cli, "quickstart", "--json"], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return { stdout, data: JSON.parse(stdout).data };
  };
  const manifest = (): {
    metrics: Record<string, number>;
    status: string;
    artifacts: { path: string }[];
    request_hash: string;
    checkpoint: { sha256: string };
  } => JSON.parse(readFileSync(join(folder, "runs/quickstart/dymad-run.json"), "utf8"));

  test("forecasts within the promised errors and leaves manifest, spectrum, checkpoint and report; a second time gives the same bits", {
    timeout: 240_000,
  }, () => {
    const first = run();
    const { metrics } = first.data;
    expect(metrics.horizon_months).toBe(120);
    expect(metrics.rmse).toBeLessThan(0.8);
    expect(metrics.rmse_linear).toBeGreaterThan(0.6);
    expect(metrics.rmse_linear).toBeLessThan(0.7);
    expect(metrics.rmse_baseline).toBeGreaterThan(1.9);
    expect(metrics.rmse_baseline).toBeLessThan(2);
    expect(first.data.winner).toBe(metrics.rmse < metrics.rmse_linear ? "koopman" : "linear");

    const before = manifest();
    expect(before.status).toBe("SUCCEEDED");
    expect(before.metrics).toMatchObject(metrics);
    const files = readdirSync(join(folder, "runs/quickstart"));
    for (const name of ["dymad-run.json", "spectrum.json", "checkpoint.dymad", "report.html"]) expect(files).toContain(name);

    const rows: Row[] = JSON.parse(readFileSync(join(folder, "runs/quickstart/spectrum.json"), "utf8"));
    for (const line of [1, 2]) {
      const found = rows.find((r) => Math.abs(r.frequency - line) < 0.01);
      expect(found?.flag).toBeNull();
      expect(found?.residual).toBeLessThan(0.06);
    }
    expect(rows.filter((r) => r.flag === "spurious").length).toBeGreaterThan(0);
    for (const r of rows) expect(Object.keys(r)).toEqual(["re", "im", "frequency", "growth", "residual", "flag"]);

    const page = readFileSync(join(folder, "runs/quickstart/report.html"), "utf8");
    expect(page).toContain("<svg");
    expect(page).not.toMatch(/(src|href)="https?:/);

    run();
    expect(manifest().request_hash).toBe(before.request_hash);
    expect(manifest().checkpoint.sha256).toBe(before.checkpoint.sha256);
  });

  test("a directory that is not an earlier quick start is left alone", () => {
    mkdirSync(join(folder, "mine"));
    writeFileSync(join(folder, "mine/notes.txt"), "keep me");
    const result = spawnSync(process.execPath, [cli, "quickstart", "--out", "mine"], { cwd: folder, encoding: "utf8" });
    expect(result.status).toBe(5);
    expect(result.stderr).toMatch(/error\[E_CONFLICT\].*not an earlier quick start/);
    expect(readFileSync(join(folder, "mine/notes.txt"), "utf8")).toBe("keep me");
    expect(existsSync(join(folder, "mine/dymad-run.json"))).toBe(false);
  });

  test("a seed that is no number is refused as a mistake in typing", () => {
    const result = spawnSync(process.execPath, [cli, "quickstart", "--seed", "many"], { cwd: folder, encoding: "utf8" });
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/whole number/);
  });
});
