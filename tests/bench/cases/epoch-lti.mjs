// Epochs of the gradient phases of the lti parity cases against PyTorch.
import { epochsOf } from "../epoch.mjs";

export const run = (options) => epochsOf("lti", options);
