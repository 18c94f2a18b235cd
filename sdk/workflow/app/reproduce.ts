import { DymadError, type Issue } from "../../errors.js";
import type { RunFolder } from "../executor/run-folder.js";
import type { ManifestData } from "../facade/manifest.js";
import type { TrainingRequest } from "../registry/request.js";
import { type Files, machineFiles } from "../store/files.js";
import type { RunState } from "../store/run-states.js";
import { type FollowOptions, followTraining, startTraining } from "./train.js";

/** One thing that should be the same in both runs. */
export interface Comparison {
  readonly what: string;
  readonly original: string | null;
  readonly again: string | null;
  readonly equal: boolean;
}

export interface Reproduction {
  readonly run_dir: string;
  readonly status: RunState;
  /** request hash, data files, engine, checkpoint */
  readonly comparisons: readonly Comparison[];
  /** request, data and checkpoint have the same bits */
  readonly equal: boolean;
}

export interface ReproduceOptions extends FollowOptions {
  /** run directory of the second run; default `<first>-again` */
  readonly out?: string | null;
  readonly command?: string | null;
  /** where the data files are now, by the part they play; default where the run finds them */
  readonly data?: Readonly<Partial<Record<ManifestData["role"], string>>> | undefined;
}

/**
 * Compiles the recorded request of a run again, runs it again in a directory of its own, and compares the bits.
 *
 * @throws  E_CONFLICT when that directory is taken; E_NOT_FOUND when data files are no longer there; what is wrong with them today
 */
export async function reproduceRun(
  original: RunFolder,
  options: ReproduceOptions = {},
  files: Files = machineFiles,
): Promise<Reproduction> {
  const first = original.manifest();
  const request = withData(requestOf(original, first.request), options.data ?? {}, files);
  const { folder, handle, compiled } = await startTraining(
    {
      request,
      base: original.root,
      out: options.out ?? `${original.root}-again`,
      command: options.command ?? null,
    },
    files,
  );
  const run = await followTraining(folder, handle, options);
  const second = folder.manifest();
  const compare = (what: string, a: string | null, b: string | null): Comparison => ({
    what,
    original: a,
    again: b,
    equal: a !== null && a === b,
  });
  const bits = [
    compare("request", first.request_hash, compiled.hash),
    ...first.data.map(({ role, sha256 }) => {
      const now = role === "earlier" ? compiled.earlier : compiled.data[role];
      return compare(`data.${role}`, sha256, now?.sha256 ?? null);
    }),
    compare("checkpoint", first.checkpoint?.sha256 ?? null, second.checkpoint?.sha256 ?? null),
  ];
  const build = compare("engine", first.engine.build, second.engine.build);
  return {
    run_dir: folder.root,
    status: run.status,
    comparisons: [...bits.slice(0, -1), build, bits[bits.length - 1]],
    equal: bits.every(({ equal }) => equal),
  };
}

/** The recorded request with the data where the run finds them, and without the name of the first run. */
export function requestOf(folder: RunFolder, request: TrainingRequest): TrainingRequest {
  const data = folder.manifest().data.map(({ role, path }) => [role, { ...request.data[role], path: folder.resolve(path) }]);
  const { name: _, ...run } = request.run ?? {};
  return { ...request, data: Object.fromEntries(data) as TrainingRequest["data"], run };
}

/** The request with its data where they are now. */
function withData(request: TrainingRequest, moved: NonNullable<ReproduceOptions["data"]>, files: Files): TrainingRequest {
  const issues: Issue[] = [];
  const found = Object.entries(request.data).map(([role, reference]) => {
    const place = moved[role as ManifestData["role"]];
    const path = place === undefined ? reference.path : files.resolve(place);
    const hint = `if the file has moved, name it: --data ${role}=FILE`;
    if (!files.exists(path)) {
      issues.push({ code: "E_NOT_FOUND", path: ["data", role], message: `there is no file ${path}`, hint });
    }
    return [role, { ...reference, path }] as const;
  });
  for (const role of Object.keys(moved).filter((role) => !(role in request.data))) {
    const hint = `its data are ${Object.keys(request.data).join(", ")}`;
    issues.push({ code: "E_USAGE", path: ["data", role], message: `the run has no ${role} data`, hint });
  }
  if (issues.length > 0) throw DymadError.ofIssues(issues);
  return { ...request, data: Object.fromEntries(found) as TrainingRequest["data"] };
}
