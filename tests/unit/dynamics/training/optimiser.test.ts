import { describe, expect, test } from "vitest";
import { LearningRate } from "../../../../sdk/dynamics/training/learning-rate.js";
import { freshMoments } from "../../../../sdk/dynamics/training/moments.js";
import { optimiserStep, type UpdateRule } from "../../../../sdk/dynamics/training/optimiser.js";
import { expectClose, f64 } from "../../../tolerance.js";

/** The weights after four steps with these gradients, rate 0.01, from [1, -2, 0.5], by PyTorch 2.13 (torch.optim, float64). */
const gradients = [
  [0.1, 3, -1],
  [0.2, -1, 0],
  [-0.4, 2, 5],
  [0.3, 0.5, -2],
];
const torch: [UpdateRule, number[]][] = [
  [{ optimizer: "adam", weight_decay: 0.1, momentum: 0 }, [0.9734774526747015, -2.0235095432018744, 0.5088547264815415]],
  [{ optimizer: "adamw", weight_decay: 0.1, momentum: 0 }, [0.9764829403804416, -2.0176681467157422, 0.507536070934309]],
  [{ optimizer: "sgd", weight_decay: 0.1, momentum: 0.9 }, [0.9867184456020001, -2.1007469075719998, 0.45483216864049997]],
  [{ optimizer: "rmsprop", weight_decay: 0.1, momentum: 0.5 }, [0.7077451556029054, -2.2022780288542023, 0.5643970494640033]],
];

test.each(torch)("$optimizer makes the steps of PyTorch", (rule, expected) => {
  const weights = { a: Float64Array.of(1, -2), b: Float64Array.of(0.5) };
  let state = freshMoments(weights);
  for (const [g0, g1, g2] of gradients) {
    state = optimiserStep(rule, state, weights, { a: Float64Array.of(g0, g1), b: Float64Array.of(g2) }, 0.01);
  }
  expectClose([...weights.a, ...weights.b], expected, f64);
  expect(state.steps).toBe(4);
});

describe("the learning rate", () => {
  const words = {
    n_epochs: 12,
    learning_rate: 0.1,
    schedule: "exponential",
    decay_rate: 0.5,
    warmup_epochs: 0,
    min_learning_rate: 0.01,
  } as const;
  const rates = (changed: Partial<ConstructorParameters<typeof LearningRate>[0]>): number[] => {
    const rate = new LearningRate({ ...words, ...changed });
    return Array.from({ length: words.n_epochs }, () => {
      const { value } = rate;
      rate.advance();
      return value;
    });
  };

  test("falls by its factor after each epoch, and no further than its floor", () => {
    expect(rates({}).slice(0, 6)).toEqual([0.1, 0.05, 0.025, 0.0125, 0.01, 0.01]);
  });

  test("rises linearly to its full value in the warm-up, and decays from there", () => {
    expectClose(rates({ warmup_epochs: 4, min_learning_rate: 0 }).slice(0, 7), [0.025, 0.05, 0.075, 0.1, 0.1, 0.05, 0.025], f64);
  });

  test("along a cosine it is in the middle half-way and at its floor in the last epoch", () => {
    const cosine = rates({ schedule: "cosine", warmup_epochs: 1 });
    expectClose([cosine[1], cosine[6], cosine[11]], [0.1, 0.055, 0.01], f64);
    for (let k = 2; k < 12; k++) expect(cosine[k]).toBeLessThan(cosine[k - 1]);
  });

  test("goes on from a position as if it had not been left", () => {
    for (const schedule of ["exponential", "cosine"] as const) {
      const rate = new LearningRate({ ...words, schedule, warmup_epochs: 2 });
      const all = Array.from({ length: 12 }, () => {
        const seen = [rate.position, rate.value] as const;
        rate.advance();
        return seen;
      });
      for (const [position, value] of all) {
        expect(new LearningRate({ ...words, schedule, warmup_epochs: 2 }, position).value).toBe(value);
      }
    }
  });
});
