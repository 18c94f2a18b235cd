import { z } from "zod";
import type { KernelSpec, RidgeKind, ScalarKernel } from "../../numerics/kernels/spec.js";

export const ridgeKinds = ["share", "indep", "opval", "tangent"] as const satisfies readonly RidgeKind[];

const lengthscale = z.number().positive().nullable().default(null);
const length = lengthscale.describe("l, units of the features; null = chosen from the points");

/** The options of every kernel, by its type. `one`: a kernel inside of another. */
const optionsWith = <K extends z.ZodType>(one: K) => ({
  sc_rbf: z.strictObject({
    type: z.literal("sc_rbf").describe("exp(-|x - z|^2 / (2 l^2))"),
    lengthscale_init: length,
  }),
  sc_exp: z.strictObject({
    type: z.literal("sc_exp").describe("exp(-|x - z| / l)"),
    lengthscale_init: length,
  }),
  sc_dm: z.strictObject({
    type: z.literal("sc_dm").describe("diffusion: exp(-|x - z|^2 / (4 eps)) divided twice by its sums over the samples"),
    eps_init: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe("eps, units of the features squared; null = chosen from the samples"),
    alpha_init: z.number().min(0).max(1).default(1).describe("how much of the density of the samples is divided out"),
    metric: z.enum(["euclidean", "periodic"]).default("euclidean").describe("periodic: differences modulo 1"),
    periodic_axes: z
      .array(z.int().min(0))
      .min(1)
      .nullable()
      .default(null)
      .describe("features that are periodic, from 0; null = all"),
  }),
  sc_prod: z.strictObject({
    type: z.literal("sc_prod").describe("product of scalar kernels"),
    kopts: z.array(one).min(1).describe("the factors: scalar kernels"),
  }),
  op_sep: z.strictObject({
    type: z.literal("op_sep").describe("sum_i k_i(x, z) L_i L_i^T, for type opval"),
    kopts: z.array(one).min(1).describe("k_i: scalar kernels"),
    Ls: z
      .array(z.array(z.array(z.number())))
      .min(1)
      .nullable()
      .default(null)
      .describe("L_i: lower triangular matrices; null = identities"),
  }),
  op_tan: z.strictObject({
    type: z.literal("op_tan").describe("k(x, z) T(x) T(z)^T in tangent spaces, for type tangent"),
    kopts: z.array(one).min(1).max(1).describe("k: one scalar kernel"),
  }),
});

const one = z.looseObject({ type: z.string() });

/** The same, with kernels inside left as they are written: they are read one by one, so that a problem is that of one type. */
export const kernelOptions = optionsWith(one);

export const kernelTypes = Object.keys(kernelOptions) as KernelSpec["type"][];
export const scalarKernelTypes = ["sc_rbf", "sc_exp", "sc_dm", "sc_prod"] as const satisfies readonly ScalarKernel["type"][];

const forms = optionsWith(z.lazy(() => scalarKernelForm));
/** Any scalar kernel, those inside read too: what an editor completes by. */
export const scalarKernelForm: z.ZodType = z.union(scalarKernelTypes.map((type) => forms[type])).meta({ id: "ScalarKernel" });
/** The same of all kernels. */
export const kernelForm: z.ZodType = z.union(kernelTypes.map((type) => forms[type])).meta({ id: "Kernel" });

/** Options of the regression of kernel machines. */
export const kernelMachineKeys = {
  kernel_dimension: z
    .int()
    .min(1)
    .max(65536)
    .nullable()
    .default(null)
    .describe("size of the latent z; null = the number of states, with encoder_layers 0"),
  type: z
    .enum(ridgeKinds)
    .default("share")
    .describe("share: one kernel for all coordinates; indep: one each; opval: an op_sep kernel; tangent: an op_tan kernel"),
  kernel: z
    .union([one, z.array(one).min(1)])
    .default({ type: "sc_rbf", lengthscale_init: 2 })
    .describe("a kernel, or with indep a list of them, one for each coordinate"),
  ridge_init: z
    .number()
    .min(0)
    .default(1e-10)
    .describe("ridge: added to the diagonal of the kernel matrix, whose entries are about 1"),
  jitter: z.number().min(0).default(1e-12).describe("a fixed part of the ridge besides"),
  landmarks: z.int().min(1).nullable().default(null).describe("so many samples stand for all (Nystrom); null = all"),
  random_features: z
    .int()
    .min(1)
    .max(65536)
    .nullable()
    .default(null)
    .describe("so many random cosines stand for a kernel sc_rbf of type share; null = none"),
  solver: z
    .enum(["auto", "dense_cholesky", "matrix_free_cg"])
    .default("auto")
    .describe("auto: the dense matrix up to 4,000 samples, conjugate gradients beyond"),
} as const;

/** The manifold that the samples of kmm lie on. */
export const manifoldOptions = z
  .strictObject({
    d: z.int().min(1).describe("dimension of the manifold"),
    K: z.int().min(2).nullable().default(null).describe("neighbours of a local fit; null = root of the number of samples"),
    g: z.int().min(1).max(12).default(2).describe("degree of the polynomials that lead back to the manifold"),
    T: z.int().min(0).max(12).default(0).describe("degree of the polynomials that correct tangent spaces; 0 = none"),
  })
  .describe("the manifold that the samples lie on");
