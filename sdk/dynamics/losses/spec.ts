/** A loss by name with its weight in the total: the values of `criterion` in a configuration. */
export interface LossSpec {
  readonly type: "mse" | "mae" | "wmse" | "vpt";
  readonly weight: number;
  readonly params: {
    /** wmse: decay 1/samples, weights exp(-alpha k) over the horizon, normalised to sum 1; default 0 = mse */
    readonly alpha?: number;
    /** vpt: normalised error at which a prediction ends to be valid; default 0.1 */
    readonly gamma?: number;
    /** vpt: how sharp that limit is; default 10 */
    readonly scl?: number;
    /** relative importance of each coordinate of what is compared, any scale; default equal */
    readonly weights?: readonly number[];
  };
}
