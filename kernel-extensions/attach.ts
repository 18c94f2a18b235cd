import { followAll } from "../sdk/fluent/follow.js";
import type { MimeBundle } from "./bundle.js";
import { hearPrinted } from "./last-value.js";
import { liveRun } from "./live-run.js";
import { liveWork } from "./live-work.js";
import { presentations, toMimeBundle } from "./present.js";
import { findKernel } from "./tslab.js";

/** Where Deno's kernel looks for the forms of a value. */
const jupyterDisplay = Symbol.for("Jupyter.display");

let attached = false;

/**
 * Makes results show themselves: the last expression of a cell, trainings while they run. Outside of a kernel nothing happens but that
 * values can say `toMimeBundle()`.
 */
export function attach(): void {
  if (attached) return;
  attached = true;
  for (const { prototype } of presentations) {
    const forms = function (this: unknown): Promise<MimeBundle | null> {
      return toMimeBundle(this);
    };
    Object.defineProperty(prototype, "toMimeBundle", { configurable: true, value: forms });
    Object.defineProperty(prototype, jupyterDisplay, { configurable: true, value: forms });
  }
  const kernel = findKernel();
  if (kernel === null) return;
  const pending = new Set<Promise<void>>();
  hearPrinted((value) => {
    const shown = toMimeBundle(value)
      .then((bundle) => {
        if (bundle !== null) kernel.show(bundle);
      })
      .finally(() => pending.delete(shown));
    pending.add(shown);
  });
  kernel.beforeCellEnds(async () => {
    await Promise.all(pending);
  });
  followAll({ run: (about) => liveRun(kernel, about), work: (name) => liveWork(kernel, name) });
}

// `import "dymad/kernel"` is all a notebook does.
attach();
