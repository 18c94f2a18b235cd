import { createRequire } from "node:module";
import type { MimeBundle } from "./bundle.js";

/** A display as Jupyter's protocol has it. */
interface DisplayData {
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, never>>;
  readonly transient: { readonly display_id?: string | undefined };
}

type WriteDisplay = (content: DisplayData, update: boolean | undefined) => void;

/** What is used of `tslab/dist/jupyter.js`. */
interface KernelModule {
  readonly lastWriteDisplayData: WriteDisplay | null;
  readonly JupyterHandlerImpl: { readonly prototype: { handleExecuteImpl: (...words: unknown[]) => Promise<unknown> } };
}

/** The kernel this process is, when it is one. */
export interface Kernel {
  /** Shows a bundle below the cell that runs; a later one with the same `id` takes its place. */
  show(bundle: MimeBundle, id?: string): void;
  /** The end of a cell waits for what was asked to be shown in it. */
  beforeCellEnds(wait: () => Promise<void>): void;
}

const already = Symbol.for("dymad.kernel");

/**
 * tslab's own instance of its module: a second one, imported here, would not be connected to a notebook.
 *
 * @returns  null outside of a tslab kernel
 */
export function findKernel(): Kernel | null {
  const { cache } = createRequire(import.meta.url);
  const path = Object.keys(cache).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
  const module = path === undefined ? undefined : (cache[path]?.exports as KernelModule | undefined);
  if (module === undefined) return null;
  const shown = new Set<string>();
  return {
    show(bundle, id) {
      const update = id !== undefined && shown.has(id);
      if (id !== undefined) shown.add(id);
      module.lastWriteDisplayData?.({ data: bundle, metadata: {}, transient: { display_id: id } }, update);
    },
    beforeCellEnds(wait) {
      const { prototype } = module.JupyterHandlerImpl;
      const execute = prototype.handleExecuteImpl;
      if (already in execute) return;
      const waiting = async function (this: unknown, ...words: unknown[]): Promise<unknown> {
        try {
          return await execute.apply(this, words);
        } finally {
          await wait();
        }
      };
      prototype.handleExecuteImpl = Object.assign(waiting, { [already]: true });
    },
  };
}
