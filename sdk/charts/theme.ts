import type { ChartSpec, SpecPart } from "./spec.js";

/** Okabe and Ito's palette, safe for colour-blind readers, with a neutral grey. */
export const palette = {
  blue: "#0072B2",
  orange: "#E69F00",
  green: "#009E73",
  vermillion: "#D55E00",
  sky: "#56B4E9",
  purple: "#CC79A7",
  grey: "#7F7F7F",
} as const;

/** Pixels: time series are wide, the complex plane is square. */
export const sizes = { width: 640, height: 260, square: 360, line: 1.5 } as const;

/** What lies behind a chart: a notebook (`transparent`), a report (`white`), or a dark page. */
export type Surface = "transparent" | "white" | "dark";

/** How a chart is drawn, whatever it shows. */
export interface ChartOptions {
  /** default `transparent` */
  readonly surface?: Surface | undefined;
  /** width of the plotting area in pixels, default 640 (360 in the complex plane) */
  readonly width?: number | undefined;
}

/** Colours by the part they play, so that truth is grey and the model blue in every picture. */
export interface Colors {
  readonly background: string | null;
  readonly ink: string;
  readonly truth: string;
  readonly grid: string;
  readonly models: readonly string[];
  readonly baselines: readonly string[];
  /** the part of the sequential scale whose both ends can be seen on the surface */
  readonly sequential: SpecPart;
}

const viridis = (from: number, to: number): SpecPart => ({ name: "viridis", extent: [from, to] });

const white: Colors = {
  background: "#FFFFFF",
  ink: "#333333",
  truth: "#4D4D4D",
  grid: "#E4E4E4",
  models: [palette.blue, palette.green, palette.purple, palette.sky],
  baselines: [palette.orange, palette.vermillion, "#9A8F00"],
  // The dark end stays legible where a report drawn for white paper is read on a dark screen.
  sequential: viridis(0.25, 0.92),
};

/** On black the blue of the palette is too dim to read a line by: the same hue, lighter. */
const dark: Colors = {
  background: "#1B1D20",
  ink: "#D6D6D6",
  truth: "#BDBDBD",
  grid: "#3A3D41",
  models: ["#4BA3DB", "#2FC299", palette.purple, "#8CCDF2"],
  baselines: [palette.orange, "#F07A2A", "#C2B92E"],
  sequential: viridis(0.35, 1),
};

/**
 * A notebook does not say whether it is light or dark, and a picture in it cannot ask. This grey has a contrast of 4.3 with white and with
 * the #111111 of JupyterLab, and no colour has more with both.
 */
const middle = "#7A7A7A";

const transparent: Colors = { ...white, background: null, ink: middle, truth: middle, grid: middle };

/** @returns   the colours for a surface; `background` is null where the page shows through */
export function colorsOn(surface: Surface = "transparent"): Colors {
  return { transparent, white, dark }[surface];
}

/** What a named line or bar stands for. Models are blue first, baselines orange first. */
export type Role = "model" | "baseline";

/**
 * One colour for each entry, by role and order: the same list gives the same colours in every chart.
 *
 * @param entries   things with a role, default `model`; beyond the palette the colours repeat
 * @returns         one colour per entry
 */
export function roleColors(entries: readonly { readonly role?: Role | undefined }[], colors: Colors): string[] {
  const used = { model: 0, baseline: 0 };
  return entries.map(({ role = "model" }) => {
    const choices = role === "model" ? colors.models : colors.baselines;
    return choices[used[role]++ % choices.length];
  });
}

/** A specification dressed in the theme: schema, background, fonts, quiet axes. */
export function themed(description: string, body: SpecPart, options: ChartOptions = {}): ChartSpec {
  const { background, ink, grid } = colorsOn(options.surface);
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description,
    background: background ?? "transparent",
    padding: 6,
    ...body,
    config: {
      font: "sans-serif",
      // Thousands of per-mark labels help no reader of a screen; the description of the whole does.
      aria: false,
      view: { stroke: null },
      line: { strokeWidth: sizes.line, strokeJoin: "round" },
      axis: {
        labelColor: ink,
        titleColor: ink,
        domainColor: palette.grey,
        tickColor: palette.grey,
        gridColor: grid,
        gridOpacity: background === null ? 0.25 : 1,
        grid: false,
        labelFontSize: 11,
        titleFontSize: 12,
        titleFontWeight: "normal",
        titlePadding: 8,
        tickSize: 4,
        labelFlush: false,
      },
      axisY: { minExtent: 36 },
      legend: {
        labelColor: ink,
        titleColor: ink,
        labelFontSize: 12,
        titleFontSize: 12,
        titleFontWeight: "normal",
        labelLimit: 240,
      },
      text: { color: ink, fontSize: 11 },
    },
  };
}
