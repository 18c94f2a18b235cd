import type { Issue } from "../../errors.js";
import { autoencoderPair, compositions, hasKernel, isSequence } from "./composition.js";
import type { ModelSpec } from "./spec.js";

/** Widths of the pieces of a model; see docs/notation.md. */
export interface ModelDims {
  /** state as the model sees it (after transforms) */
  readonly x: number;
  /** control as the model sees it; 0 = none */
  readonly u: number;
  /** parameters of a trajectory that the dynamics read; 0 = none */
  readonly p: number;
  /** what the encoder sees */
  readonly e: number;
  /** latent state */
  readonly z: number;
  /** features given to the dynamics */
  readonly s: number;
}

/** Sizes of the pieces for data of given widths; z is 0 when the specification leaves it open. */
export function modelDims(spec: ModelSpec, widths: { readonly x: number; readonly u: number; readonly p: number }): ModelDims {
  const { x, u, p } = widths;
  const { encoder, features } = compositions[spec.family];
  const e = encoder === "state" || encoder === "identity" ? x : x + u;
  const z = latentSize(spec, x, e);
  const s = features === "state" || u === 0 ? z : features === "joined" ? z + u : z * (1 + u) + (spec.const_term ? u : 0);
  return { x, u, p, e, z, s };
}

function latentSize(spec: ModelSpec, x: number, e: number): number {
  switch (compositions[spec.family].encoder) {
    case "identity":
      return x;
    case "hidden":
      return x + (spec.latent_dimension ?? 1);
    case "window": {
      const { sequence, encoder_layers, hidden_dimension, latent_dimension } = spec;
      return latent_dimension ?? (encoder_layers > 0 ? Math.max(1, Math.floor(hidden_dimension / sequence)) * sequence : e);
    }
    case "input":
      return spec.latent_dimension ?? (spec.encoder_layers > 0 ? spec.hidden_dimension : e);
    case "state": {
      const given = hasKernel(spec)
        ? (spec.kernel?.kernel_dimension ?? (spec.encoder_layers === 0 ? x : 0))
        : spec.koopman_dimension;
      return given ?? 0;
    }
  }
}

/** Windows are taken apart by sample: the sizes, and the kinds of the networks, must allow it. */
function windowProblems(spec: ModelSpec, { x, u, z }: ModelDims): Issue[] {
  const { sequence } = spec;
  const issues: Issue[] = [];
  if (z % sequence !== 0) {
    const message = `must be a multiple of ${sequence}, the samples of a window: got ${z}`;
    const hint = `write ${Math.max(1, Math.floor(z / sequence)) * sequence} or ${Math.ceil(z / sequence) * sequence}`;
    issues.push({ code: "E_SHAPE", path: ["latent_dimension"], message, hint });
  }
  for (const [width, what, key] of [
    [x, "states", "transform_x"],
    [u, "controls", "transform_u"],
  ] as const) {
    if (width % sequence === 0) continue;
    const message = `is ${sequence} samples, which ${width} columns of ${what} cannot hold`;
    issues.push({
      code: "E_SHAPE",
      path: ["sequence"],
      message,
      hint: `end ${key} with { type: delay, delay: ${sequence - 1} }`,
    });
  }
  if (autoencoderPair(spec).some((type) => !isSequence(type))) {
    const hint = "write seq_smp, seq_res, seq_cat, seq_std or seq_rnn";
    issues.push({ code: "E_SPEC", path: ["autoencoder_type"], message: "must read windows sample by sample", hint });
  }
  return issues;
}

/** What does not fit together: sizes of z, x and u against the kinds of encoder and decoder. Paths are keys of the specification. */
export function sizeProblems(spec: ModelSpec, dims: ModelDims): Issue[] {
  const { x, u, e, z } = dims;
  const { encoder, decoder } = compositions[spec.family];
  if (encoder === "window") {
    const problems = windowProblems(spec, dims);
    if (problems.length > 0) return problems;
  }
  if (encoder === "identity" || encoder === "hidden" || decoder === "identity") return [];
  const key = encoder !== "state" ? "latent_dimension" : hasKernel(spec) ? "kernel_dimension" : "koopman_dimension";
  if (encoder === "state" && z === 0) {
    return [{ code: "E_SPEC", path: [key], message: `is missing: ${spec.family} needs the size of z`, hint: `write ${key}` }];
  }
  const columns = encoder !== "state" && u > 0 ? `${x} states and ${u} controls` : `${x} states`;
  // What holds for each sample of a window holds for the window, in steps of its samples.
  const step = spec.sequence;
  const [down, up] = autoencoderPair(spec).map((type) => (isSequence(type) ? type.slice("seq_".length) : type));
  const size = (needs: string, hint: string): Issue[] => [
    { code: "E_SHAPE", path: [key], message: `must be ${needs}: got ${z} for ${columns}`, hint },
  ];
  if (spec.encoder_layers === 0 && z !== e)
    return size(`${e} for the identity map of encoder_layers 0`, `write ${e}, or encoder_layers 1`);
  if (spec.encoder_layers > 0) {
    if (down.endsWith("_cat") && z <= e)
      return size(`above ${e} with an encoder that appends to its input (cat)`, `write ${e + step} or more`);
    if (down.endsWith("_1st") && z > e)
      return size(`at most ${e} with an encoder that takes the first entries (1st)`, `write ${e} or less`);
    if (down.endsWith("_res") && z !== e)
      return size(`${e} with an encoder that adds to its input (res)`, `write ${e}, or autoencoder_type smp`);
  }
  const first = spec.decoder_layers === 0 || up.endsWith("_1st");
  if (first && z < x)
    return size(`${x} or more with a decoder that takes the first ${x}`, `write ${x} or more, or decoder_layers 1`);
  if (!first && up.endsWith("_cat") && z >= x)
    return size(`below ${x} with a decoder that appends (cat)`, `write ${x - step} or less`);
  if (!first && up.endsWith("_res") && z !== x) {
    if (z !== e) return size(`${x} with a decoder that adds to its input (res)`, `write ${x}, or autoencoder_type smp`);
    const message = `res adds the input of a network to its output, and ${columns} go in where ${x} states come out`;
    return [
      {
        code: "E_SHAPE",
        path: ["autoencoder_type"],
        message,
        hint: `write autoencoder_type: ${encoder === "window" ? "seq_smp or seq_cat" : "smp or cat"}`,
      },
    ];
  }
  return [];
}
