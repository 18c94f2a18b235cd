#!/usr/bin/env node
import { invoke, type Machine } from "./invocation.js";

const machine: Machine = {
  cwd: process.cwd(),
  interactive: process.stderr.isTTY === true,
  columns: process.stderr.columns || 80, // a terminal without a size says 0
  debug: process.env.DYMAD_DEBUG === "1",
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  onSignal(stop) {
    const [interrupted, terminated] = [() => stop(130), () => stop(143)];
    process.once("SIGINT", interrupted);
    process.once("SIGTERM", terminated);
    return () => void process.off("SIGINT", interrupted).off("SIGTERM", terminated);
  },
};

// A reader that has seen enough (dymad log | head) closes the pipe: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

invoke(process.argv.slice(2), machine).then((status) => {
  process.exitCode = status;
});
