/** A loss by name with its weight in the total: the values of `criterion` in a configuration. */
export interface LossSpec {
  readonly type: "mse" | "mae" | "wmse";
  readonly weight: number;
  /** wmse: `alpha` (1/samples), weights exp(-alpha k) normalised over the horizon */
  readonly params: { readonly alpha?: number };
}
