const restMilliseconds = 500;

/** Passes checkpoints on, the newest at most twice a second: a small model improves thousands of times a second. */
export class CheckpointRelay {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #now: () => number;
  #waiting: Uint8Array | null = null;
  #sent = Number.NEGATIVE_INFINITY;

  /** @param now  a clock in milliseconds */
  constructor(send: (bytes: Uint8Array) => void, now: () => number = Date.now) {
    this.#send = send;
    this.#now = now;
  }

  offer(bytes: Uint8Array): void {
    this.#waiting = bytes;
    this.look();
  }

  /** Sends what waits, when it is time: to be called after each epoch, for the last improvement must not wait for the next. */
  look(): void {
    const time = this.#now();
    if (this.#waiting === null || time - this.#sent < restMilliseconds) return;
    this.#send(this.#waiting);
    this.#waiting = null;
    this.#sent = time;
  }
}

/** Share of the time of a training that its snapshots may take. */
const share = 0.05;

/**
 * Passes snapshots on: at most twice a second, and less often when they are large, so that they take a twentieth of the time at
 * most. Those in between are never made.
 */
export class SnapshotRelay {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #now: () => number;
  #next: number;

  /** @param now  a clock in milliseconds */
  constructor(send: (bytes: Uint8Array) => void, now: () => number = Date.now) {
    this.#send = send;
    this.#now = now;
    this.#next = now();
  }

  offer(make: () => Uint8Array): void {
    const started = this.#now();
    if (started < this.#next) return;
    this.#send(make());
    const took = this.#now() - started;
    this.#next = started + Math.max(restMilliseconds, took / share);
  }
}
