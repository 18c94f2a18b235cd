import { Buffer } from "node:buffer";
import { type Html, html } from "../sdk/charts/html.js";

/** An image that carries its SVG, as wide as the page allows. */
export function pictureTag(svg: string, description: string): Html {
  const data = Buffer.from(svg).toString("base64");
  const [width = null, height = null] = ["width", "height"].map(
    (name) => new RegExp(`^<svg[^>]* ${name}="([\\d.]+)"`).exec(svg)?.[1],
  );
  const size = width === null || height === null ? null : html` width="${width}" height="${height}"`;
  // decoded at once: a picture that is changed in place does not flicker
  return html`<img alt="${description}"${size} decoding="sync" style="max-width: 100%; height: auto" src="data:image/svg+xml;base64,${data}">`;
}
