import { existsSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { WorkerIdentity } from "../facade/records.js";
import { lastingWrite } from "../store/atomic-write.js";
import { withLock } from "../store/lock.js";
import { livesStill } from "./process-identity.js";

/** Where runs wait for one another, and how many of them may go on at once. */
export interface QueueChoice {
  /** a directory that all these runs share; made when it is missing */
  readonly place: string;
  readonly limit: number;
}

interface Ticket {
  readonly name: string;
  readonly owner: WorkerIdentity;
  readonly running: boolean;
}

/**
 * The place of one run in a queue: a file in the queue's directory, named so that the runs sort by when they were made. The process of
 * the run holds it from its start to its end, so that nobody else has to live for the queue to move; the ticket of a process that was
 * killed is taken out by the next that looks.
 */
export class QueuePlace {
  readonly #queue: QueueChoice;
  readonly #name: string;
  readonly #owner: WorkerIdentity;
  #running = false;

  constructor(queue: QueueChoice, run: { readonly handle: string; readonly created_at: string }, owner: WorkerIdentity) {
    this.#queue = queue;
    this.#name = `${run.created_at.replace(/[-:.]/g, "")}-${run.handle}.json`;
    this.#owner = owner;
    this.#write();
  }

  /** Runs of the queue that go on. */
  get running(): number {
    return this.#tickets().filter(({ running }) => running).length;
  }

  /** Goes on when it is this run's turn; says whether it is. */
  start(): boolean {
    if (!this.#isNext()) return false;
    this.#running = withLock(join(this.#queue.place, "queue.lock"), () => {
      if (!this.#isNext()) return false;
      this.#running = true;
      this.#write();
      return true;
    });
    return this.#running;
  }

  /** Says that the owner lives, to those who cannot see its process, and takes its place again if someone has removed it. */
  touch(): void {
    const now = new Date();
    if (existsSync(this.#path(this.#name))) utimesSync(this.#path(this.#name), now, now);
    else this.#write();
  }

  leave(): void {
    rmSync(this.#path(this.#name), { force: true });
  }

  #isNext(): boolean {
    const tickets = this.#tickets();
    const going = tickets.filter(({ running }) => running);
    return going.length < this.#queue.limit && tickets.find(({ running }) => !running)?.name === this.#name;
  }

  /** In their order, without those whose process has gone. */
  #tickets(): Ticket[] {
    const names = readdirSync(this.#queue.place).filter((name) => name.endsWith(".json"));
    return names.sort().flatMap((name) => {
      const ticket = this.#read(name);
      if (ticket === null) return [];
      if (name === this.#name || livesStill(ticket.owner, this.#path(name))) return [ticket];
      rmSync(this.#path(name), { force: true });
      return [];
    });
  }

  #read(name: string): Ticket | null {
    try {
      const { owner, running } = JSON.parse(readFileSync(this.#path(name), "utf8")) as Ticket;
      return { name, owner, running };
    } catch (error) {
      // it has left between the two looks
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  #write(): void {
    lastingWrite(this.#path(this.#name), JSON.stringify({ owner: this.#owner, running: this.#running }));
  }

  #path(name: string): string {
    return join(this.#queue.place, name);
  }
}
