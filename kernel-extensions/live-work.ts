import { formatDuration, formatNumber } from "../sdk/charts/numbers.js";
import type { WorkFollower, WorkProgress } from "../sdk/fluent/follow.js";
import { barOf } from "../sdk/workflow/app/progress-line.js";
import { LiveDisplay } from "./live-display.js";
import { trialsPicture } from "./live-pictures.js";
import type { Kernel } from "./tslab.js";

/** Work shorter than this shows no progress, milliseconds. */
const patience = 300;

/** One display that a tuning, a study or an analysis changes in place. An interrupt of the kernel stops the work at its next pause. */
export function liveWork(kernel: Kernel, name: string): WorkFollower {
  const started = Date.now();
  const values: (number | null)[] = [];
  let lines = [name];
  let shown = false;
  const display = new LiveDisplay(
    kernel,
    () => ({ line: lines.join("\n"), picture: values.length > 0 ? trialsPicture(values) : null }),
    "the work stops at its next pause.",
  );
  return {
    signal: display.signal,
    onProgress(progress) {
      if (progress.value !== undefined) values.push(progress.value);
      lines = [workLine(name, progress, (Date.now() - started) / 1000)];
      shown ||= Date.now() - started >= patience;
      if (shown) display.changed();
    },
    end(text) {
      if (text !== null) lines = [...lines, text];
      display.end(shown);
    },
  };
}

/** `tune 12/30 [####......] best 1.2e-3: x 0.7  ETA 3 s` */
function workLine(name: string, { done, of, best }: WorkProgress, seconds: number): string {
  const count = of === null ? `${done}` : `${done}/${of} ${barOf(done, of)}`;
  const leader = best === null || best === undefined ? "" : ` best ${formatNumber(best.value, 3)}: ${best.text}`;
  const left = of === null || done === 0 || done >= of ? "" : `  ETA ${formatDuration((seconds / done) * (of - done))}`;
  return `${name} ${count}${leader}${left}`;
}
