export { attach } from "./attach.js";
export type { MimeBundle } from "./bundle.js";
export { drawOn, toMimeBundle } from "./present.js";
