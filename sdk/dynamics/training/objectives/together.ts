import type { Evaluation, Objective } from "./objective.js";

/**
 * Two objectives as one: losses of the first, then of the second, totals and gradients added. A trainer that makes no rollouts of
 * its own weighs rollouts that way.
 */
export function together(first: Objective, second: Objective): Objective {
  return {
    names: [...first.names, ...second.names],
    stretches: (trajectories, length) => first.stretches(trajectories, length),
    evaluate(batch, weights, withGradient) {
      const [a, b] = [first, second].map((one) => one.evaluate(batch, weights, withGradient));
      return sum(a, b);
    },
  };
}

function sum(a: Evaluation, b: Evaluation): Evaluation {
  const trouble = a.trouble ?? b.trouble;
  const gradient =
    a.gradient === null || b.gradient === null
      ? null
      : Object.fromEntries(
          Object.entries(a.gradient).map(([name, g]) => {
            const other = (b.gradient as Readonly<Record<string, Float64Array>>)[name];
            return [name, g.map((v, i) => v + other[i])];
          }),
        );
  return {
    losses: { ...a.losses, ...b.losses },
    total: a.total + b.total,
    gradient,
    ...(trouble === undefined ? {} : { trouble }),
  };
}
