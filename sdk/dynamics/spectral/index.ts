export { eigenfunctions } from "./eigenfunctions.js";
export type { Flag } from "./flag.js";
export { modelSpectrum } from "./model-spectrum.js";
export { modes, superpose } from "./modes.js";
export { type PlaneGrid, type PseudospectrumRequest, planeGrid, pseudospectrum } from "./pseudospectrum.js";
export { type Rates, ratesOf } from "./rates.js";
export { koopmanSpectrum, type Spectrum, type SpectrumPoint, type SpectrumRequest } from "./spectrum.js";
