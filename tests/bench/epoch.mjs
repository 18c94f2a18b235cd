// An epoch of the gradient phases of parity cases (losses, gradients, Adam over the training batches) against the same epoch in
// plain PyTorch eager, one thread each. Sampled data, compiled request, first weights and batches are those of a real run.
import { sampleSystem } from "../../dist/sdk/dynamics/data/sampling/sampler.js";
import { split } from "../../dist/sdk/dynamics/data/split.js";
import { initialWeights } from "../../dist/sdk/dynamics/models/parameters.js";
import { Loader } from "../../dist/sdk/dynamics/training/loader.js";
import { freshMoments } from "../../dist/sdk/dynamics/training/moments.js";
import { optimiserStep } from "../../dist/sdk/dynamics/training/optimiser.js";
import { Problem } from "../../dist/sdk/dynamics/training/problem.js";
import { combined, oneThread, shardsOf } from "../../dist/sdk/dynamics/training/shards.js";
import { weakWeights } from "../../dist/sdk/numerics/weak-form.js";
import { compileSubmission } from "../../dist/sdk/workflow/app/compile.js";
import { ownFiles, readCases, samplerKeys } from "../parity/cases.mjs";
import { expectPeers, now, rowOf } from "./measure.mjs";
import { startPeer } from "./peer.mjs";

/**
 * Rows of a family: one for each gradient phase of a case, rollouts over their shortest and their longest horizon; and for each weak
 * one a second that puts it beside PyTorch's epoch of the longest rollouts with the same model, where a case of the family trains that.
 */
export async function* epochsOf(family, { dtypes, runs }) {
  const data = new Map();
  const rollouts = new Map();
  const weak = [];
  const cases = readCases(ownFiles()).filter(
    (c) => c.family === family && c.config !== undefined && c.not_runnable === undefined,
  );
  for (const item of cases) {
    for (const task of tasksOf(item, data)) {
      if (!dtypes.includes(task.dtype)) continue;
      const row = await measure(task, Math.min(runs, task.phase.trainer === "NODE" ? 5 : 15));
      yield row;
      if (task.phase.trainer === "Weak") weak.push({ row, key: task.model });
      else if (row.peer_ms > (rollouts.get(task.model)?.peer_ms ?? 0)) rollouts.set(task.model, row);
    }
  }
  for (const { row, key } of weak) {
    const node = rollouts.get(key);
    if (node === undefined) continue;
    yield { ...row, case: `${row.case}-beside-rollouts`, peer: node.peer, peer_ms: node.peer_ms, runs: node.runs };
  }
}

/**
 * The gradient phases of a case, each with what is needed to take its steps. Searches have an epoch per candidate: left out.
 *
 * @param data  what was sampled already, by system and seeds; gets what is sampled here
 */
export function tasksOf(item, data) {
  if (item.config.overrides.cv !== undefined) return [];
  const key = JSON.stringify([item.system, item.data_seed, item.split_seed]);
  if (!data.has(key)) {
    const spec = Object.fromEntries(samplerKeys.filter((k) => item[k] !== undefined).map((k) => [k, item[k]]));
    data.set(key, sampleSystem(spec, { seed: item.data_seed }).dataset);
  }
  const request = {
    ...item.config,
    data: { train: { path: "train.npz" } },
    split: { ...item.config.split, seed: item.split_seed },
    run: { name: "epoch", seed: item.data_seed },
  };
  const { compiled } = compileSubmission({ request, base: ".", memory: { train: data.get(key) } });
  const { config } = compiled;
  const { train, valid } = split(data.get(key), compiled.split);
  const problem = new Problem(config, { train, valid }, { backend: "wasm", dtype: config.dtype });
  return config.phases.flatMap((phase, index) => {
    if (phase.type !== "optimizer" || phase.trainer === "Linear") return [];
    const name = `epoch-${item.id}${config.phases.length > 1 ? `-${index + 1}` : ""}`;
    const { family, time_domain, koopman_dimension } = config.model;
    const task = { problem, phase, index, dtype: config.dtype, model: `${family} ${time_domain} ${koopman_dimension}` };
    if (phase.trainer === "Weak") return [{ ...task, name, length: null }];
    const horizons = new Set([phase.sweep_lengths[0], phase.sweep_lengths.at(-1)]);
    return [...horizons].map((length) => ({ ...task, name: `${name}@${length}`, length }));
  });
}

/** A row: `runs` epochs of a task and of its peer. */
export async function measure({ name, problem, phase, index, dtype, length }, runs) {
  const { model, config } = problem;
  const stretches = problem.stretches(index, "train", length);
  const batches = new Loader(stretches, config.dataloader.batch_size).batches(null);
  const runner = oneThread(problem);
  const evaluate = ({ rows }, weights) => {
    const shards = shardsOf(rows);
    const parts = runner.evaluate(
      shards.map((shard) => ({ phase: index, part: "train", length, rows: shard })),
      weights,
      true,
    );
    return combined(
      parts,
      shards.map((shard) => shard.length),
    );
  };
  const start = initialWeights(model.parameters, problem.key);
  const first = evaluate(batches[0], start);

  const peer = await startPeer("torch_epoch.py", {
    model: config.model,
    trainer: phase.trainer,
    criterion: phase.criterion,
    dtype,
    rate: phase.learning_rate,
    ...phase.ode_args,
    weak: phase.trainer === "Weak" ? weakProblem(phase, stretches) : null,
    batches: batches.map(({ rows }) => rows),
    stretches: stretches.map(({ trajectory, start: from, length: T }) => ({
      t: [...trajectory.t.slice(from, from + T)].map((t) => t - trajectory.t[from]),
      x: [...trajectory.x.slice(from, from + T).data],
      u: trajectory.u === null ? null : [...trajectory.u.slice(from, from + T).data],
      control: coefficientsOf(trajectory, from, T),
    })),
    weights: Object.fromEntries(model.parameters.map((p) => [p.name, { shape: p.shape, data: [...start[p.name]] }])),
  });
  // adaptive rollouts take other steps (shards of 16 rows choose theirs), which float32 and kinks of prelu make visible
  const rtol = phase.trainer === "NODE" ? 1e-2 : dtype === "float32" ? 1e-3 : 1e-9;
  expectPeers({ loss: first.total, gradient: first.gradient }, peer, rtol, name);

  const weights = Object.fromEntries(Object.entries(start).map(([key, w]) => [key, w.slice()]));
  let state = freshMoments(weights);
  const rule = { optimizer: phase.optimizer, weight_decay: phase.weight_decay, momentum: phase.momentum };
  const step = () => {
    const from = now();
    for (const batch of batches)
      state = optimiserStep(rule, state, weights, { ...evaluate(batch, weights).gradient }, phase.learning_rate);
    return now() - from;
  };
  return rowOf({ name, dtype, step, peer, peerName: peer?.hello.solver, runs });
}

function weakProblem({ weak_form_params: { N, dN, ordpol, ordint } }, [{ trajectory }]) {
  const { C, D } = weakWeights(trajectory.t[1] - trajectory.t[0], N, ordpol, ordint);
  return { N, dN, C: [...C.data], D: [...D.data] };
}

/** Cubic pieces of the control on a stretch, [segment, power, input]; null without control. */
function coefficientsOf({ control, u }, from, T) {
  if (control === null) return null;
  const size = 4 * u.cols;
  return [...control.coefficients.slice(from * size, (from + T - 1) * size)];
}
