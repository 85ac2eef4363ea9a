/** The keys of the viewer as this person has them. */
import { useMemo } from 'react';
import { useRead } from '../../core/queries.ts';
import { keysOf } from '../../imaging/keymap.ts';

export function useViewerKeys() {
  const chosen = useRead('radiology.preferences', {}).data?.keys;
  return useMemo(() => keysOf(chosen), [chosen]);
}
