/** Asks which segmentations the record holds, once the first picture is there. */
import { useEffect, useSyncExternalStore } from 'react';
import { useRead } from '../../core/queries.ts';
import type { Desk } from '../../imaging/desk.ts';
import { forgetMasks } from '../../imaging/masks.ts';
import { changeSegments, forgetSegments } from '../../imaging/segments.ts';
import type { ViewerProps } from './Viewer.tsx';

export function useSegments({ desk, patient, study }: { desk: Desk } & Pick<ViewerProps, 'patient' | 'study'>): void {
  const { cells, active, started } = useSyncExternalStore(desk.subscribe, desk.getState);
  const ready = study.uid !== '' && (started || cells[active]?.kind !== 'pictures');
  const found = useRead('imaging.segmentations', { patient: patient.id }, { enabled: ready });
  const list = found.data?.segmentations;
  useEffect(() => {
    if (!list) return;
    // What came in meanwhile may lie on other pictures.
    forgetMasks();
    changeSegments({ list });
  }, [list]);
  useEffect(
    () => () => {
      forgetSegments();
      forgetMasks();
    },
    [],
  );
}
