import type { Handles } from "./from-schema.js";
import type { RawServer } from "./raw-server.js";

type Args = Record<string, unknown>;

const overrides = {
  model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 },
  phases: [{ trainer: "Weak", n_epochs: 3, weak_form_params: { N: 13 } }],
};

/** Arguments with which each tool works, or would if what it makes were not there already; and what there is, by prefix. */
export async function workingRequests(server: RawServer): Promise<{ requests: Record<string, Args>; handles: Handles }> {
  const data = async (name: string, args: Args): Promise<Record<string, never>> => {
    const envelope = await server.call(name, args);
    if (envelope?.ok !== true) throw new Error(`${name} answered ${JSON.stringify(envelope)}`);
    return envelope.data as Record<string, never>;
  };
  const handle = (of: { summary?: { handle: string } }): string => of.summary?.handle as string;
  const dataset = handle(await data("register_dataset_file", { path: "osc.npz" }));
  const words = { train_dataset_handle: dataset, overrides, seed: 1, split: { train_frac: 0.75 } };
  const request = handle(await data("compile_training_request", { ...words, model_key: "lti" }));
  const run = handle(await data("start_training_run", { compiled_request_handle: request, run_dir: "runs/one" }));
  const { training_run, run_dir } = await data("describe_training_run", { training_run_handle: run, wait_ms: 30_000 });
  const { checkpoint_handle } = training_run as { checkpoint_handle: string };
  const checkpoint_path = `${run_dir}/checkpoint.dymad`;
  const prediction = handle(await data("prepare_prediction_request", { checkpoint_handle, horizon: 3 }));
  const evaluate = { checkpoint_handle, test_dataset_handle: dataset, metric: "rollout_rmse", max_plots: 0 };
  const analysis = {
    workflow_key: "spectral_koopman",
    checkpoint_handle,
    dataset_handle: dataset,
    parameters: { figures: false },
  };
  const asked = handle(await data("compile_analysis_request", analysis));
  const analysed = handle(await data("run_analysis_request", { compiled_request_handle: asked }));
  const system = { system: { states: 1, rhs: ["-x"] }, x0: [1], time: { stop: 1, n: 11 } };
  const one = { training_run_handle: run };
  const long = { ...overrides, phases: [{ ...overrides.phases[0], n_epochs: 2000 }] };
  const going = { ...words, overrides: undefined, config: long, model_ref: "lti" };
  const stopped = handle(await data("start_model_training", { ...going, run_dir: "runs/stopped" }));
  await data("cancel_training_run", { training_run_handle: stopped });
  const unfinished = handle(await data("start_model_training", { ...going, run_dir: "runs/unfinished" }));
  const handles: Handles = {
    ds: [dataset],
    trainreq: [request],
    run: [run, stopped, unfinished],
    chk: [checkpoint_handle],
    pred: [prediction],
    analysisreq: [asked],
    analysis: [analysed],
  };
  const requests: Record<string, Args> = {
    register_dataset_file: { path: "osc.npz", format: "npz" },
    inspect_dataset: { dataset_handle: dataset },
    sample_dataset: { system, out: "osc.npz", seed: 0 },
    list_training_capabilities: { dataset_handle: dataset },
    describe_training_capability: { model_key: "kbf" },
    list_model_capabilities: {},
    resolve_model_capability: { key_or_alias: "DKBF" },
    list_profile_capabilities: {},
    list_evaluation_capabilities: {},
    compile_training_request: { ...words, model_key: "lti" },
    start_training_run: { compiled_request_handle: request, run_dir: "runs/one" },
    start_model_training: { ...words, overrides: undefined, config: overrides, model_ref: "lti", run_dir: "runs/one" },
    resume_training_run: one,
    describe_training_run: { ...one, wait_ms: 0 },
    read_training_run_log: { ...one, offset: 0, max_bytes: 100 },
    cancel_training_run: one,
    list_runs: { limit: 5, cursor: run },
    evaluate_checkpoint: evaluate,
    evaluate_model: evaluate,
    register_checkpoint: { checkpoint_path, device: "cpu" },
    prepare_prediction_request: { checkpoint_handle, horizon: 3, has_control: false },
    plan_checkpoint_prediction: { checkpoint_path, horizon: 3, has_control: false },
    materialize_checkpoint_prediction: { prediction_handle: prediction, dataset_handle: dataset, out: "osc.npz" },
    list_analysis_capabilities: {},
    compile_analysis_request: analysis,
    run_analysis_request: { compiled_request_handle: asked, wait_ms: 1000 },
    describe_analysis_result: { analysis_handle: analysed },
    register_spectral_snapshot: { checkpoint_handle, dataset_handle: dataset },
    write_run_report: { ...one, wait_ms: 1000 },
    draw_run_chart: { ...one, chart: "loss" },
    export_run_config: { ...one },
    verify_run: one,
    diff_runs: { first_run_handle: run, second_run_handle: run },
    describe_job: { job_id: "job_000000", wait_ms: 0 },
    cancel_job: { job_id: "job_000000" },
    describe_object: { handle: dataset },
    list_objects: { kind: "dataset", limit: 5 },
    trace_lineage: { handle: checkpoint_handle },
    collect_garbage: { kinds: ["prediction_request"], older_than_hours: 24, remove: false },
  };
  return { requests, handles };
}
