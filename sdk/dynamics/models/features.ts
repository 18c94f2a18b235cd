import { concat, type Tensor } from "../../numerics/engine/index.js";
import type { Composition } from "./composition.js";

/** Joins along the last axis. */
export const join = (...parts: readonly Tensor[]): Tensor => concat(parts, parts[0].shape.length - 1);

/** What the dynamics are given: z, [z; u], or [z; z_i u_j (latent-major); u], the last block where `constant`. Without control: z. */
export function featuresOf(kind: Composition["features"], z: Tensor, u: Tensor | null, constant: boolean): Tensor {
  if (u === null || kind === "state") return z;
  if (kind === "joined") return join(z, u);
  const lead = z.shape.slice(0, -1);
  const [n, m] = [z.shape[lead.length], u.shape[lead.length]];
  const products = z
    .reshape([...lead, n, 1])
    .mul(u.reshape([...lead, 1, m]))
    .reshape([...lead, n * m]);
  return constant ? join(z, products, u) : join(z, products);
}
