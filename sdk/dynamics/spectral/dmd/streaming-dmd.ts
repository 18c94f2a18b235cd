import { DymadError } from "../../../errors.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { stackRows } from "../../../numerics/linalg/qr.js";
import { type Dmd, type DmdOptions, dmdOfPairs } from "./dmd.js";
import { addPairs, type PairSums, pairsOf } from "./pair-sums.js";
import { snapshotPairs } from "./snapshots.js";

/**
 * Dynamic mode decomposition of samples that arrive in pieces and need not be kept: of all pairs only the triangle of a QR
 * decomposition stays, 4 n^2 numbers with every inner product, so the result is that of all samples at once, to rounding. An eigenfunction
 * that is constant over the samples cannot be told from one that is merely conserved.
 *
 * @see  Hemati, Williams, Rowley 2014, "Dynamic mode decomposition for large and streaming datasets", doi:10.1063/1.4901016
 */
export class StreamingDmd {
  readonly #dt: number;
  readonly #options: DmdOptions;
  #sums: PairSums | null = null;
  #last: Matrix | null = null;

  /**
   * @param dt       time between rows, units of `t`
   * @param options  as for dmd
   */
  constructor(dt: number, options: DmdOptions = {}) {
    this.#dt = dt;
    this.#options = options;
  }

  /** Pairs of samples taken in so far. */
  get pairs(): number {
    return this.#sums?.pairs ?? 0;
  }

  /**
   * Takes in the next rows.
   *
   * @param x          shape [T, n], units of `x`
   * @param continues  whether they follow the rows of the last call; default true. False begins another trajectory: no pair joins them
   * @returns          this
   * @throws           E_SHAPE when the width differs from that of earlier rows
   */
  partialFit(x: Matrix, continues = true): this {
    const width = this.#last?.cols ?? x.cols;
    if (x.cols !== width)
      throw new DymadError("E_SHAPE", `rows have ${x.cols} columns, those before them ${width}`, {
        hint: "give samples of the same states",
      });
    if (x.rows === 0) return this;
    const rows = continues && this.#last !== null ? stackRows([this.#last, x]) : x;
    this.#last = new Matrix(1, width, x.row(x.rows - 1).slice());
    if (rows.rows < 2) return this;
    const { P0, P1 } = snapshotPairs({ trajectories: [rows], dt: this.#dt });
    this.#sums = addPairs(this.#sums, P0, P1);
    return this;
  }

  /**
   * The decomposition of everything taken in so far; more rows may follow.
   *
   * @throws  E_DATA when there is no pair yet; otherwise as dmd
   */
  result(): Dmd {
    if (this.#sums === null)
      throw new DymadError("E_DATA", "no pair of samples was taken in yet", {
        hint: "call partialFit with two samples or more first",
      });
    const { A, B } = pairsOf(this.#sums);
    return dmdOfPairs({ P0: A, P1: B }, this.#dt, this.#options, this.pairs);
  }
}
