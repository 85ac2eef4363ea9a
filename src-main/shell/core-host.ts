/** Keeps the core running: starts it, restarts it with back-off when it dies, and gives up after three deaths within a minute. */
import type { MessagePortMain } from 'electron';
import type { ShellNotice } from '../../src-shared/contract/shell.ts';
import type { CoreProcess } from './core-process.ts';

const RESTART_DELAYS_MS = [0, 1_000, 4_000];
const DEATHS_MAX = 3;
const DEATHS_WINDOW_MS = 60_000;
const QUIT_MS_MAX = 5_000;

export interface CoreHostEvents {
  /** The core has died; its clients' ports are dead. */
  lost(): void;
  /** A new core is there: clients may connect. */
  restarted(): void;
  /** It died too often and is not started again. */
  failed(): void;
}

/** Clock and timer are given, so that a test need not wait. */
export interface CoreHostTime {
  now(): number;
  after(ms: number, then: () => void): void;
}

export class CoreHost {
  readonly #start: () => CoreProcess;
  readonly #events: CoreHostEvents;
  readonly #time: CoreHostTime;
  #core: CoreProcess | null = null;
  #deaths: number[] = [];
  #quitting: (() => void) | null = null;
  #failed = false;

  constructor(start: () => CoreProcess, events: CoreHostEvents, time: CoreHostTime) {
    this.#start = start;
    this.#events = events;
    this.#time = time;
    this.#run();
  }

  get pid(): number | undefined {
    return this.#core?.pid();
  }

  get running(): boolean {
    return this.#core !== null;
  }

  /** It died too often; a page that loads later must be told, too. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Connects a client to the core that runs now. While none runs the port is closed: `restarted` asks for another. */
  connect(port: MessagePortMain): void {
    if (this.#core) this.#core.connect(port);
    else port.close();
  }

  notify(notice: ShellNotice): void {
    this.#core?.notify(notice);
  }

  place(handle: string, path: string): void {
    this.#core?.place(handle, path);
  }

  /** Lets the core close the vault; kills it when that takes too long. */
  quit(): Promise<void> {
    const core = this.#core;
    if (!core) return Promise.resolve();
    return new Promise((resolve) => {
      this.#quitting = resolve;
      core.notify('quit');
      this.#time.after(QUIT_MS_MAX, () => core.kill());
    });
  }

  #run(): void {
    const core = this.#start();
    this.#core = core;
    core.onExit(() => this.#died());
  }

  #died(): void {
    this.#core = null;
    if (this.#quitting) {
      this.#quitting();
      return;
    }
    const now = this.#time.now();
    this.#deaths = [...this.#deaths.filter((death) => now - death < DEATHS_WINDOW_MS), now];
    this.#events.lost();
    if (this.#deaths.length >= DEATHS_MAX) {
      this.#failed = true;
      this.#events.failed();
      return;
    }
    this.#time.after(RESTART_DELAYS_MS[this.#deaths.length - 1] ?? 0, () => {
      if (this.#quitting) return;
      this.#run();
      this.#events.restarted();
    });
  }
}
