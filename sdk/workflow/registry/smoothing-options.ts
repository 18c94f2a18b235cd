import { z } from "zod";

const axis = z
  .union([z.literal(0), z.literal(1)])
  .default(0)
  .describe("0 along time, column by column; 1 across the columns of each sample");

/** Keys of each smoothing method, for a data phase (`operation: smooth`) and for the transform `denoise`. */
export const smoothingKeys = {
  savgol: {
    method: z.literal("savgol").default("savgol").describe("Savitzky-Golay: a polynomial fitted to each window"),
    axis,
    window_length: z.int().min(1).default(7).describe("samples in a window, odd"),
    polyorder: z.int().min(0).default(3).describe("degree of the polynomial, below window_length"),
    deriv: z.int().min(0).default(0).describe("which derivative is taken; 0 smooths"),
    delta: z.number().positive().default(1).describe("distance of samples, units of t; it only scales derivatives"),
    mode: z
      .enum(["interp", "mirror", "nearest", "constant", "wrap"])
      .default("interp")
      .describe("what stands beyond the ends; interp fits the first and last window there"),
    cval: z.number().default(0).describe("the value beyond the ends with mode constant"),
  },
  kernel_smoothing: {
    method: z.literal("kernel_smoothing").describe("a least-squares fit of few wide kernels"),
    axis,
    kernel: z
      .enum(["gaussian", "compact_polynomial"])
      .default("gaussian")
      .describe("exp(-v^2 / 2), or (1 - v)^degree up to v = 1; v = distance / bandwidth"),
    anchor_count: z.int().min(1).nullable().default(null).describe("kernels per trajectory; null = by anchor_density"),
    anchor_density: z.number().positive().nullable().default(null).describe("kernels per sample; null = 0.125"),
    bandwidth: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe("width of a kernel, units of t; null = by bandwidth_multiplier"),
    bandwidth_multiplier: z.number().positive().nullable().default(null).describe("width in distances of kernels; null = 2"),
    degree: z.int().min(0).default(3).describe("of the compact kernel"),
    ridge: z.number().min(0).default(0).describe("rho of |K c - x|^2 + rho |c|^2"),
    rcond: z
      .number()
      .min(0)
      .nullable()
      .default(null)
      .describe("relative size of singular values that count as zero; null = T 2^-52"),
  },
} as const;

export const smoothingMethods = ["savgol", "kernel_smoothing"] as const;
