/** Enter in a search field: while what is shown still belongs to the text before, it waits, so that nobody opens the wrong patient. */
import { useEffect, useState } from 'react';

/**
 * @param settled whether what is shown is what was found for the text in the field
 * @param open opens what is chosen now
 * @returns what Enter calls, and what any other typing calls to take it back
 */
export function useEnter(settled: boolean, open: () => void): { enter: () => void; forget: () => void } {
  const [waiting, setWaiting] = useState(false);
  useEffect(() => {
    if (!waiting || !settled) return;
    setWaiting(false);
    open();
  }, [waiting, settled, open]);
  return { enter: () => setWaiting(true), forget: () => setWaiting(false) };
}
