export { attach } from "./attach.js";
export type { MimeBundle } from "./bundle.js";
export { toMimeBundle } from "./present.js";
