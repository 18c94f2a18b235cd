import { DymadError } from "../../errors.js";
import { ComplexMatrix } from "../../numerics/linalg/complex.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { Trajectory } from "../data/series.js";
import type { TrainedModel } from "../evaluation/trained-model.js";
import type { TransformChain } from "../transforms/chain.js";
import { backwardModes, forwardModes, type ModesOptions } from "../transforms/modes.js";
import { eigenfunctions } from "./eigenfunctions.js";
import { latentStages } from "./linear-latent.js";
import { modes, superpose } from "./modes.js";
import type { Spectrum } from "./spectrum.js";

/** The whole way from states of the data to latent states: transforms, then the encoder. */
const latentChain = (trained: TrainedModel): TransformChain =>
  latentStages(trained).reduce((chain, stage) => chain.append(stage), trained.transforms.x);

/**
 * Koopman eigenfunctions at states of the data: phi_i(x) = z(x) g_i. Without a delay in the transforms every row is a state of its own, so
 * that the rows may be points of a grid.
 *
 * @param trained   a linear latent model whose encoder sees the state alone
 * @param spectrum  its spectrum, r points kept of k
 * @param x         states, rows in time order where transforms delay, shape [T, n], units of `x`
 * @returns         shape [T - delay, r]; column i belongs to point i of the spectrum
 * @throws          E_SHAPE when the states have another width, or are fewer than a window; E_UNSUPPORTED when the encoder sees the control, or
 *                  a graph: eigenfunctions of trained.encode(trajectory).z can be computed all the same
 * @see             Mezic 2005, "Spectral properties of dynamical systems, model reduction and decompositions", doi:10.1007/s11071-005-2824-x
 */
export function stateEigenfunctions(trained: TrainedModel, spectrum: Pick<Spectrum, "functions">, x: Matrix): ComplexMatrix {
  return eigenfunctions(spectrum, latentChain(trained).apply(x));
}

/**
 * How eigenfunctions answer to a change of the state: dphi_i/dx = (dz/dx)^T g_i, through encoder and transforms.
 *
 * @param window    the samples that make one latent state, oldest first, shape [delay + 1, n], units of `x`
 * @param options   `block`: which sample of the window is changed, default the newest
 * @returns         row i belongs to point i, shape [r, n], units of phi per unit of `x`
 * @throws          as stateEigenfunctions; E_UNSUPPORTED when a transform has no derivative: values can be computed all the same
 * @see             docs/spectral.md, "In the states of the data"
 */
export function eigenfunctionGradients(
  trained: TrainedModel,
  spectrum: Pick<Spectrum, "functions">,
  window: Matrix,
  options: ModesOptions = {},
): ComplexMatrix {
  const forward = forwardModes(latentChain(trained), window, options);
  return ComplexMatrix.fromReal(forward.transpose()).multiply(spectrum.functions).transpose();
}

/**
 * Koopman modes in the states of the data: the pattern dx/dphi_i = m_i^H dx/dz that each eigenfunction stands for, through decoder and
 * transforms back. For a linear decoder and linear transforms they do not depend on z.
 *
 * @param z         latent state at which decoder and transforms are linearised, shape [k]
 * @param options   `block`: which sample of a window the patterns belong to, default the newest
 * @returns         row i belongs to point i, shape [r, n], units of `x` per unit of phi
 * @throws          as stateEigenfunctions; E_UNSUPPORTED when a transform has no derivative: latent modes can be computed all the same
 * @see             Rowley, Mezic, Bagheri, Schlatter, Henningson 2009, "Spectral analysis of nonlinear flows", doi:10.1017/S0022112009992059
 */
export function stateModes(
  trained: TrainedModel,
  spectrum: Pick<Spectrum, "duals">,
  z: Float64Array,
  options: ModesOptions = {},
): ComplexMatrix {
  return modes(spectrum, backwardModes(latentChain(trained), z, options).transpose());
}

/**
 * What changes of the latent state are in the states of the data, dx = (dx/dz) dz, through decoder and transforms back.
 *
 * @param directions  changes dz as columns, shape [k, c]
 * @param z           as for stateModes
 * @returns           row i belongs to column i, shape [c, n], units of `x` per unit of z
 * @throws            as stateModes
 * @see               docs/spectral.md, "In the states of the data"
 */
export function statePatterns(trained: TrainedModel, directions: ComplexMatrix, z: Float64Array): ComplexMatrix {
  return directions.transpose().multiply(ComplexMatrix.fromReal(backwardModes(latentChain(trained), z)));
}

/**
 * What chosen modes alone forecast: the first window is encoded, each mode goes on by its own rate, and the sum is decoded, back through
 * the transforms. With all modes of a model it is the model's own forecast, but for the projection that some predictors make each step.
 *
 * @param trajectory  times [T] and states [at least delay + 1, n], units of the data; of the states only the first window is read
 * @param which       points to keep; default all of the spectrum. Keep conjugate pairs together
 * @returns           states at all times, shape [T, n]; the first `delay` rows are those measured
 * @throws            as stateEigenfunctions; E_SHAPE when there is no whole window; E_UNSUPPORTED when the model has control, or a transform has
 *                    no inverse; E_NUMERIC when a chosen point is defective
 * @see               docs/spectral.md, "In the states of the data"
 */
export function forecastByModes(
  trained: TrainedModel,
  spectrum: Spectrum,
  { t, x }: Pick<Trajectory, "t" | "x">,
  which?: readonly number[],
): Matrix {
  const { transforms, window, model } = trained;
  if (model.dims.u > 0) {
    throw new DymadError("E_UNSUPPORTED", "modes superpose without control, and the model has it", {
      hint: "use trained.forecast; spectrum and modes hold for zero control",
    });
  }
  requireInverse(transforms.x);
  if (x.rows < window) throw new DymadError("E_SHAPE", `a forecast starts from ${window} samples, the trajectory has ${x.rows}`);
  const stages = latentStages(trained);
  const measured = x.slice(0, window);
  const delay = window - 1;
  const z0 = stages.reduce((value, stage) => stage.apply(value), transforms.x.apply(measured)).row(0);
  const z = superpose(
    spectrum,
    z0,
    t.slice(delay).map((time) => time - t[delay]),
    which,
  );
  const decoded = stages.reduceRight((value, stage) => stage.invert(value), z);
  return transforms.restore(decoded, measured);
}

/** @throws E_UNSUPPORTED when a stage gives its rows back as they are, and not as they were */
function requireInverse({ stages }: TransformChain): void {
  const without = stages.find(({ invertible }) => invertible === "none");
  if (without === undefined) return;
  throw new DymadError("E_UNSUPPORTED", `the transform ${without.state.type} has no inverse, so latent states do not lead back`, {
    hint: "eigenfunctions and latent modes can be computed; forecast with trained.forecast",
  });
}
