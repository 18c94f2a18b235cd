// Preloaded by NODE_OPTIONS into the processes of a run: ends one of them with SIGKILL at its n-th trace point. Trace points are the
// calls by which a process touches files, starts processes, tells another thread something, or runs a compiled kernel. Nothing of the
// package knows of it.
import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread, parentPort } from "node:worker_threads";

/** `<end of the script's name>:<n>`, or `<end of the script's name>:count:<file>` to count them. */
const [script, moment, file] = (process.env.DYMAD_CRASH ?? "").split(":");
if (script && process.argv[1]?.endsWith(script)) {
  const at = Number(moment);
  let count = 0;
  const names = [];
  let spoken = () => {};
  const point = (name) => {
    count += 1;
    if (file) names.push(name);
    if (name === "postMessage") spoken();
    if (count === at) process.kill(process.pid, "SIGKILL");
  };
  const watch = (object, name) => {
    const original = object[name];
    object[name] = function (...args) {
      point(name);
      return original.apply(this, args);
    };
  };
  const touching = [
    "openSync",
    "writeSync",
    "fsyncSync",
    "renameSync",
    "closeSync",
    "readFileSync",
    "appendFileSync",
    "mkdirSync",
    "rmSync",
  ];
  for (const name of touching) watch(fs, name);
  watch(childProcess, "spawn");
  syncBuiltinESMExports();
  if (!isMainThread) {
    watch(parentPort, "postMessage");
    const Instance = WebAssembly.Instance;
    const watched = ([name, value]) => {
      if (typeof value !== "function") return [name, value];
      const kernel = (...args) => {
        point(`kernel ${name}`);
        return value(...args);
      };
      return [name, kernel];
    };
    WebAssembly.Instance = class {
      constructor(module, imports) {
        this.exports = Object.fromEntries(Object.entries(new Instance(module, imports).exports).map(watched));
      }
    };
  }
  const tell = () => fs.writeFileSync(file, JSON.stringify(names));
  // a thread ends with its process, without a word: it tells whenever it tells something
  if (file && isMainThread) process.on("exit", tell);
  else if (file) spoken = tell;
}
