import type { Issue } from "../../errors.js";
import { autoencoderPair, compositions } from "./composition.js";
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
  const e = encoder === "state" ? x : x + u;
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
    case "input":
      return spec.latent_dimension ?? (spec.encoder_layers > 0 ? spec.hidden_dimension : e);
    case "state":
      return spec.koopman_dimension ?? 0;
  }
}

/** What does not fit together: sizes of z, x and u against the kinds of encoder and decoder. Paths are keys of the specification. */
export function sizeProblems(spec: ModelSpec, { x, u, e, z }: ModelDims): Issue[] {
  const { encoder, decoder } = compositions[spec.family];
  if (encoder === "identity" || encoder === "hidden" || decoder === "identity") return [];
  const key = encoder === "state" ? "koopman_dimension" : "latent_dimension";
  if (encoder === "state" && spec.koopman_dimension === null) {
    return [{ code: "E_SPEC", path: [key], message: `is missing: ${spec.family} needs the size of z`, hint: `write ${key}` }];
  }
  const columns = encoder === "input" && u > 0 ? `${x} states and ${u} controls` : `${x} states`;
  const [down, up] = autoencoderPair(spec);
  const size = (needs: string, hint: string): Issue[] => [
    { code: "E_SHAPE", path: [key], message: `must be ${needs}: got ${z} for ${columns}`, hint },
  ];
  if (spec.encoder_layers === 0 && z !== e)
    return size(`${e} for the identity map of encoder_layers 0`, `write ${e}, or encoder_layers 1`);
  if (spec.encoder_layers > 0) {
    if (down === "mlp_cat" && z <= e)
      return size(`above ${e} with an encoder that appends to its input (cat)`, `write ${e + 1} or more`);
    if (down === "mlp_1st" && z > e)
      return size(`at most ${e} with an encoder that takes the first entries (1st)`, `write ${e} or less`);
    if (down === "mlp_res" && z !== e)
      return size(`${e} with an encoder that adds to its input (res)`, `write ${e}, or autoencoder_type smp`);
  }
  const first = spec.decoder_layers === 0 || up === "mlp_1st";
  if (first && z < x)
    return size(`${x} or more with a decoder that takes the first ${x}`, `write ${x} or more, or decoder_layers 1`);
  if (!first && up === "mlp_cat" && z >= x) return size(`below ${x} with a decoder that appends (cat)`, `write ${x - 1} or less`);
  if (!first && up === "mlp_res" && z !== x) {
    if (z !== e) return size(`${x} with a decoder that adds to its input (res)`, `write ${x}, or autoencoder_type smp`);
    const message = `res adds the input of a network to its output, and ${columns} go in where ${x} states come out`;
    return [{ code: "E_SHAPE", path: ["autoencoder_type"], message, hint: "write autoencoder_type: smp or cat" }];
  }
  return [];
}
