/** The wish to stop, shared with the threads that train, which look at it after each epoch. */
export class StopFlag {
  readonly shared: Int32Array = new Int32Array(new SharedArrayBuffer(4));
  onAsk: () => void = () => {};
  onImpatience: () => void = () => {};
  #signals = 0;

  get asked(): boolean {
    return Atomics.load(this.shared, 0) === 1;
  }

  ask(): void {
    if (Atomics.exchange(this.shared, 0, 1) === 0) this.onAsk();
  }

  /** A second signal does not wait for the end of an epoch. */
  signal(): void {
    this.#signals += 1;
    if (this.#signals === 1) this.ask();
    else this.onImpatience();
  }
}
