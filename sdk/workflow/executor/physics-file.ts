import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { PhysicsFunction } from "../../dynamics/models/physics.js";
import { DymadError } from "../../errors.js";

/**
 * The function that a config file names as `./file.ts#name`; without a name it is the export `physics`.
 *
 * @param base  directory that the path is relative to
 * @throws      E_NOT_FOUND when there is no such file or export; E_FORMAT when the file cannot be run
 */
export async function readPhysicsFile(reference: string, base: string): Promise<PhysicsFunction> {
  const [path, name = "physics"] = reference.split("#");
  if (!/\.[cm]?[jt]s$/.test(path)) {
    throw new DymadError("E_SPEC", `${JSON.stringify(reference)} is neither a list of formulas nor ./file.ts#name`, {
      hint: 'write physics: ["x2", "-9.81*sin(x1) + f1"], or the path of a .ts, .js or .mjs file',
    });
  }
  const module = await loaded(resolve(base, path), path);
  const found = module[name];
  if (typeof found === "function") return found as PhysicsFunction;
  const functions = Object.keys(module).filter((key) => typeof module[key] === "function");
  throw new DymadError("E_NOT_FOUND", `${path} exports no function ${name}`, {
    hint: functions.length > 0 ? `it exports ${functions.join(", ")}` : "export the function by name",
  });
}

type Module = Readonly<Record<string, unknown>>;

async function loaded(file: string, path: string): Promise<Module> {
  try {
    return (await import(pathToFileURL(file).href)) as Module;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ERR_UNKNOWN_FILE_EXTENSION") return withoutTypes(file, path);
    if (code === "ERR_MODULE_NOT_FOUND" && message.includes(file)) {
      throw new DymadError("E_NOT_FOUND", `there is no file ${path}`, { hint: "the path is relative to the config file", cause });
    }
    throw broken(path, cause);
  }
}

/** A TypeScript file where Node cannot run one: its types are taken off by the compiler, when that is installed. */
async function withoutTypes(file: string, path: string): Promise<Module> {
  const compiler = "typescript";
  const ts = (await import(compiler).catch((cause: unknown) => {
    throw new DymadError("E_UNSUPPORTED", `${path}: this version of Node runs no TypeScript`, {
      hint: "use Node 22.18 or later, install typescript, or write the function in a .mjs file",
      cause,
    });
  })) as { readonly default: typeof import("typescript") };
  const { ModuleKind, ScriptTarget, transpileModule } = ts.default;
  const options = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 };
  const { outputText } = transpileModule(readFileSync(file, "utf8"), { compilerOptions: options, fileName: file });
  const url = `data:text/javascript;base64,${Buffer.from(outputText).toString("base64")}`;
  try {
    return (await import(url)) as Module;
  } catch (cause) {
    throw broken(path, cause);
  }
}

function broken(path: string, cause: unknown): DymadError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DymadError("E_FORMAT", `${path} cannot be run: ${why.replace(/data:text\/javascript\S*/, "the file")}`, {
    hint: "a physics file needs no imports: it is handed all it can use; in TypeScript, other files cannot be imported",
    cause,
  });
}
