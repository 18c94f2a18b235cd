import { DatasetPlan } from "./dataset-plan.js";
import { Run } from "./run.js";
import { type DataOptions, type DataSource, readSource } from "./source.js";

/** Where a chain begins. */
export interface Dymad {
  /**
   * Data to learn from.
   *
   * @param source   path of an npz or csv file, arrays `{ t, x, u }`, a Matrix, a data frame, or a Dataset
   * @param options  how it is read: `columns`, `dt`, `format`, `n_samples`, `n_steps`
   * @example        await dymad.dataset("lti.npz").split({ train_frac: 0.75 }).train({ model: "kbf" }).evaluate()
   */
  dataset(source: DataSource, options?: DataOptions): DatasetPlan;
  /** A run that was done before, by its directory or handle. */
  open(run: string): Run;
}

export const dymad: Dymad = Object.freeze({
  dataset(source: DataSource, options: DataOptions = {}): DatasetPlan {
    const { reference, dataset } = readSource(source, options, "train");
    return new DatasetPlan({ data: { train: reference } }, dataset === null ? {} : { train: dataset });
  },
  open: (run: string): Run => Run.open(run),
});
