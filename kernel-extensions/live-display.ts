import { type Html, html } from "../sdk/charts/html.js";
import type { Kernel } from "./tslab.js";

/** Between two pictures of one display, milliseconds. */
const rest = 400;

/** What a live display says at a moment. */
export interface Moment {
  readonly line: string;
  readonly picture: Html | null;
}

let count = 0;

/** A display that work changes in place, and the ear for an interrupt of the kernel while the work goes on. */
export class LiveDisplay {
  readonly signal = { aborted: false };
  readonly #kernel: Kernel;
  readonly #id = `dymad-live-${process.pid}-${Date.now()}-${count++}`;
  readonly #look: () => Moment;
  readonly #interrupted: string;
  readonly #hear = (): void => {
    this.signal.aborted = true;
    this.#show();
  };
  readonly #ear: NodeJS.Immediate;
  #drawn = 0;
  #later: NodeJS.Timeout | null = null;

  /**
   * @param look         what is to be shown now
   * @param interrupted  what an interrupt does to the work, for the reader
   */
  constructor(kernel: Kernel, look: () => Moment, interrupted: string) {
    this.#kernel = kernel;
    this.#look = look;
    this.#interrupted = interrupted;
    // tslab begins a cell with vm's breakOnSigint: a listener that is added before that script returns keeps Node from taking the signal
    // back, and an interrupt would then end the kernel.
    this.#ear = setImmediate(() => process.on("SIGINT", this.#hear));
  }

  /** Something is new: it is drawn now, or when the last picture has stood long enough. */
  changed(): void {
    const left = this.#drawn + rest - Date.now();
    if (left <= 0) this.#show();
    else this.#later ??= setTimeout(() => this.#show(), left).unref();
  }

  /** The work has ended. @param last  whether to show how */
  end(last = true): void {
    clearImmediate(this.#ear);
    process.off("SIGINT", this.#hear);
    if (last) this.#show();
  }

  #show(): void {
    if (this.#later !== null) clearTimeout(this.#later);
    this.#later = null;
    this.#drawn = Date.now();
    const { line, picture } = this.#look();
    const wish = this.signal.aborted ? html`<p>Interrupted: ${this.#interrupted}</p>` : "";
    const page = html`<div><pre style="white-space: pre-wrap">${line}</pre>${wish}${picture}</div>`;
    this.#kernel.show({ "text/html": page.text, "text/plain": line }, this.#id);
  }
}
