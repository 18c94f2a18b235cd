// Epochs of the gradient phases of the kp parity cases against PyTorch.
import { epochsOf } from "../epoch.mjs";

export const run = (options) => epochsOf("kp", options);
