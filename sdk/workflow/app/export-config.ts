import { DymadError } from "../../errors.js";
import type { RunFolder } from "../executor/run-folder.js";
import type { DataReference } from "../registry/request.js";
import { type Files, machineFiles } from "../store/files.js";
import { configText } from "./config-file.js";
import { requestOf } from "./reproduce.js";

export interface ExportedConfig {
  /** where it was written; null when it was not */
  readonly path: string | null;
  readonly text: string;
  readonly request_hash: string;
  /** of the checkpoint that the request gives; null when the run has none */
  readonly checkpoint_sha256: string | null;
}

/**
 * The request of a run as a config file that trains the same model again, bit for bit. Paths of data are relative to where it is
 * written, else to the working directory.
 *
 * @param out  file to write; null gives the text alone
 * @throws     E_CONFLICT when the file exists
 */
export function exportConfig(folder: RunFolder, out: string | null, files: Files = machineFiles): ExportedConfig {
  if (out !== null && files.exists(out)) {
    throw new DymadError("E_CONFLICT", `${out} exists`, { path: ["out"], hint: "choose another file" });
  }
  const { request, run_name, request_hash, checkpoint, versions } = folder.manifest();
  const base = files.dirname(files.resolve(out ?? "config.yaml"));
  const found = requestOf(folder, request);
  const data = Object.fromEntries(
    Object.entries(found.data).map(([role, reference]) => {
      const { path, ...reading } = reference as DataReference;
      return [role, { path: files.relative(base, path), ...reading }];
    }),
  );
  const checkpoint_sha256 = checkpoint?.sha256 ?? null;
  const comment = [
    `the request of run ${run_name}, dymad ${versions.dymad}`,
    `request hash ${request_hash}`,
    ...(checkpoint_sha256 === null ? [] : [`checkpoint sha256 ${checkpoint_sha256}`]),
  ];
  const text = configText({ ...found, data }, comment);
  if (out !== null) files.write(out, text);
  return { path: out, text, request_hash, checkpoint_sha256 };
}
