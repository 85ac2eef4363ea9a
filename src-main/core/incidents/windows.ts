/** What happened lately, kept small: each key with the last time that it was seen. */

export class Lately {
  /** In the order of time, so that what is old stands first. */
  readonly #seen = new Map<string, number>();

  touch(key: string, ms: number): void {
    this.#seen.delete(key);
    this.#seen.set(key, ms);
  }

  has(key: string): boolean {
    return this.#seen.has(key);
  }

  drop(key: string): void {
    this.#seen.delete(key);
  }

  /** Forgets what was last seen before; @returns how many different keys are left */
  since(ms: number): number {
    for (const [key, at] of this.#seen) {
      if (at >= ms) break;
      this.#seen.delete(key);
    }
    return this.#seen.size;
  }

  clear(): void {
    this.#seen.clear();
  }
}
