import { bareLayout } from "../../dynamics/data/graphs/layout.js";
import { compositions } from "../../dynamics/models/composition.js";
import { buildModel } from "../../dynamics/models/model.js";
import { DymadError } from "../../errors.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { chainShapes } from "../compiler/dimensions.js";

const refusals = /allocation failed|invalid (typed )?array (buffer )?length|could not allocate|out of memory/i;

/**
 * A failed allocation as E_BACKEND, with the bytes that were wanted and the options of a request that lower them; null when the
 * error is about something else.
 */
export function memoryFailure(error: unknown, compiled: CompiledTraining): DymadError | null {
  const z = compositions[compiled.model_key].dynamics === "linear" ? "koopman_dimension" : "latent_dimension";
  const hint = `lower hidden_dimension or ${z} of overrides.model, batch_size of overrides.dataloader, or the sweep_lengths of the phases`;
  if (error instanceof DymadError) {
    const planned = error.code === "E_BACKEND" && typeof (error.data as { bytes?: unknown } | undefined)?.bytes === "number";
    return planned ? new DymadError("E_BACKEND", error.message, { hint, data: error.data, cause: error }) : null;
  }
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  if (code !== "ERR_WORKER_OUT_OF_MEMORY" && !(error instanceof RangeError && refusals.test(message ?? ""))) return null;
  const weights = weightsOf(compiled);
  const bytes = weights === null ? null : 4 * 8 * weights;
  const wanted =
    bytes === null
      ? ""
      : `: ${weights} weights, their two moments and the best so far want ${bytes} bytes (${Math.ceil(bytes / 2 ** 20)} MiB), and a step wants more`;
  return new DymadError("E_BACKEND", `this machine has not the memory for the training${wanted}`, {
    hint,
    data: { bytes },
    cause: error,
  });
}

/** How many weights the model has; null when the data decide it. */
function weightsOf({ config, data, graph_mode }: CompiledTraining): number | null {
  if (data.train === null) return null;
  const { graph } = data.train;
  const layout = graph_mode === "none" || graph === null ? null : bareLayout(1, graph.n_edge_features);
  const nodes = layout === null || graph === null ? 1 : graph.n_nodes;
  const width = (columns: number, stages: typeof config.transform_x): number | null =>
    stages.length === 0 ? columns : (chainShapes(columns, stages).at(-1)?.width ?? null);
  const x = width(data.train.state_dim / nodes, config.transform_x);
  const u = data.train.control_dim === 0 ? 0 : width(data.train.control_dim / nodes, config.transform_u);
  const p = width(data.train.parameter_dim, config.transform_p ?? []);
  if (x === null || u === null || p === null) return null;
  const sizes = buildModel(config.model, x, u, { p, layout }).parameters.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  return sizes.reduce((a, b) => a + b, 0);
}
