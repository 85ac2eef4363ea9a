/** When to try again: exponential with full jitter (Brooker, "Exponential Backoff And Jitter", 2015), and a breaker that stays open after many failures. */
const FIRST_PAUSE_MS = 1_000;
export const PAUSE_MS_MAX = 60_000;
/** After so many failures in a row the line counts as broken and is tried at long intervals only. */
export const FAILURES_TO_OPEN = 8;
export const OPEN_PAUSE_MS = 300_000;

/**
 * @param failures how many rounds have failed in a row, from 1
 * @param chance from 0 to 1
 * @returns milliseconds until the next try
 */
export function pauseMs(failures: number, chance: number): number {
  if (failures >= FAILURES_TO_OPEN) return OPEN_PAUSE_MS * (0.8 + 0.4 * chance);
  const ceiling = Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** (failures - 1));
  return ceiling / 2 + (ceiling / 2) * chance;
}
