import { DymadError } from "../../errors.js";
import { constant, type Tensor, type Tensors, trace } from "../../numerics/engine/index.js";
import { alone } from "../models/context.js";
import { pickParameters } from "../models/parameters.js";
import { type RowFunction, rowFunction } from "../transforms/row-function.js";
import type { Transform } from "../transforms/transform.js";
import type { TrainedModel } from "./trained-model.js";

/**
 * Encoder and decoder of a trained model as the last stage of its transform chain: from transformed states to latent ones and back,
 * in float64. `trained.transforms.x.append(autoencoderTransform(trained))` leads from data to latent coordinates, modes included.
 *
 * @param trained  a model whose encoder sees the state alone
 * @returns        the transform from columns of transformed x to columns of z; it has no state to save
 * @throws         E_UNSUPPORTED when the encoder sees the control too, or a graph
 */
export function autoencoderTransform({ model, weights }: TrainedModel): Transform {
  const { dims } = model;
  if (dims.e !== dims.x) {
    throw new DymadError("E_UNSUPPORTED", `the encoder sees ${dims.e - dims.x} control columns beside the ${dims.x} states`, {
      hint: "use a model whose encoder sees the state alone: kbf, lti, dmd, or ldm without control",
    });
  }
  if (model.layout !== null) {
    throw new DymadError("E_UNSUPPORTED", "the encoder of a model on a graph is no transform of the columns of one node", {
      hint: "trained.encode(trajectory) gives the latent states of all nodes",
    });
  }
  const piece = (width: number, formula: (parameters: Tensors, rows: Tensor) => Tensor): RowFunction =>
    rowFunction(
      trace({ row: [width] }, ({ row }) => {
        const all = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, constant(row, shape, weights[name])]));
        const out = formula(pickParameters(model.parameters, all), row.reshape([1, width]));
        return { out: out.reshape([out.shape[1]]) };
      }),
    );
  const encoder = piece(dims.x, (parameters, x) => model.encode(parameters, x, alone));
  const decoder = piece(dims.z, (parameters, z) => model.decode(parameters, z, alone));
  return {
    inputDim: dims.x,
    outputDim: dims.z,
    delay: 0,
    invertible: model.projectionIsIdentity ? "exact" : "approximate",
    derivatives: "exact",
    apply: encoder.apply,
    invert: decoder.apply,
    jacobian: encoder.jacobian,
    inverseJacobian: decoder.jacobian,
    state: { type: "autoencoder" },
  };
}
