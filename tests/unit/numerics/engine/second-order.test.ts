import { test } from "vitest";
import { gradient, matmul, scan, trace, vectorJacobian } from "../../../../sdk/numerics/engine/index.js";
import { compileReference } from "../../../../sdk/numerics/engine/reference/compile.js";
import { expectClose, finiteDifference } from "../../../tolerance.js";

test("a derivative of a loop can be differentiated once more: its product with a direction is a difference of gradients", () => {
  const graph = trace({ z: [1, 2], W: [2, 2] }, ({ z, W }) => {
    const { carry } = scan({ carry: { z }, length: 4 }, (c) => ({ carry: { z: matmul(c.z, W).tanh() } }));
    return { end: carry.z.square().sum() };
  });
  const first = gradient(graph, "end", ["W"]);
  const [z, W, direction] = [
    [1, 0.3],
    [0.5, -1, 1, 0.4],
    [1, 2, -1, 0.5],
  ];
  const program = compileReference(first);
  const gradientAt = (s: number): number[] => [...program.run({ z, W: W.map((w, i) => w + s * direction[i]) })["grad:W"]];
  const h = 1e-6;
  const [after, before] = [gradientAt(h), gradientAt(-h)];
  const product = compileReference(vectorJacobian(first, ["grad:W"], ["W"])).run({ z, W, "cot:grad:W": direction })["grad:W"];
  expectClose(
    product,
    after.map((v, i) => (v - before[i]) / (2 * h)),
    finiteDifference,
  );
});
