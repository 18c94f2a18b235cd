/** One stage of a transform chain, as it stands in a configuration. A chain is a list of stages, applied in order. */
export type TransformStage =
  | { readonly type: "identity" }
  | { readonly type: "add_one" }
  | { readonly type: "scaler"; readonly mode: "01" | "-11" | "std" | "none" }
  | { readonly type: "delay"; readonly delay: number }
  | { readonly type: "svd"; readonly order: number | "full"; readonly ifcen: boolean };
