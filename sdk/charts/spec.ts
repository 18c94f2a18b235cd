/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A part of a Vega-Lite specification: plain JSON. */
export type SpecPart = { readonly [key: string]: Json };

/**
 * A whole Vega-Lite v5 specification, ready for a notebook, `renderSvg` or any Vega-Lite viewer.
 * `description` says in words what the picture shows; it becomes the picture's alternative text.
 */
export interface ChartSpec {
  readonly $schema: string;
  readonly description: string;
  readonly [key: string]: Json;
}
