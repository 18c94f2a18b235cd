import { afterAll, expect, test } from "vitest";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { openDeviceThread } from "../../../../sdk/workflow/executor/device.js";
import { f32, within } from "../../../tolerance.js";
import { configOf, oscillator } from "../../dynamics/_systems.js";

const device = openDeviceThread("tfjs-cpu");
afterAll(() => device.close());

test("a training on a device follows the one on the CPU to the precision of float32", () => {
  const data = oscillator({ trajectories: 5, samples: 21, dt: 0.1, control: true });
  const config = configOf(
    {},
    [
      { trainer: "Weak", n_epochs: 3 },
      { trainer: "NODE", ode_method: "rk4", n_epochs: 2, sweep_lengths: [5] },
    ],
    {
      dtype: "float32",
    },
  );
  const run = (there: boolean): number[] => {
    const result = train({ config, train: data, valid: data, ...(there ? { backend: "tfjs", device } : { backend: "wasm" }) });
    return result.history.flatMap((h) => h.columns.train_total);
  };
  const [here, there] = [run(false), run(true)];
  there.forEach((loss, i) => {
    expect(within(loss, here[i], { rtol: 10 * f32.rtol, atol: f32.atol })).toBe(true);
  });
});

test("float64 is refused on a device, with what to do instead", () => {
  const data = oscillator({ trajectories: 3, samples: 21, dt: 0.1, control: false });
  const config = configOf({}, [{ trainer: "Weak", n_epochs: 1 }], { dtype: "float64" });
  expect(() => train({ config, train: data, valid: data, backend: "tfjs", device })).toThrow(
    expect.objectContaining({ code: "E_BACKEND", hint: expect.stringMatching(/float32|wasm/) }),
  );
});

test("a device whose package is missing says which command installs it", () => {
  expect(() => openDeviceThread("cuda")).toThrow(
    expect.objectContaining({ code: "E_BACKEND", hint: expect.stringMatching(/npm (install|rebuild)/) }),
  );
});
