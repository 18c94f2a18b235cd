// The weak-form step with two threads of ours against one: peer_ms is one thread, so ratio is the gain; `control` of the same run
// is the gain of a pure compute loop.
import { measureTogether } from "./weak-kbf.mjs";

export async function* run({ dtypes, runs }) {
  for (const dtype of dtypes) for (const H of [32, 128]) yield await measureTogether(H, dtype, runs);
}
