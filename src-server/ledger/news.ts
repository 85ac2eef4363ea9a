/** Wakes whoever waits for notices: a broken glass is seen elsewhere in the moment in which it was told. */
export interface News {
  /** Something was said. */
  tell(): void;
  /** Resolves when something is said, or after so many milliseconds. */
  wait(ms: number): Promise<void>;
}

export function openNews(): News {
  let waiting: (() => void)[] = [];
  return {
    tell() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting = waiting.filter((one) => one !== wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        timer.unref();
        waiting.push(wake);
      }),
  };
}
