/** What lies in one place of the desk: pictures, or something to read. */
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Waiting } from '../../components/Loaded.tsx';
import type { Desk } from '../../imaging/desk.ts';
import type { Marks } from '../../imaging/marks.ts';
import type { Stack } from '../../imaging/stacks.ts';
import { TileView } from './TileView.tsx';
import type { ViewerPatient } from './Viewer.tsx';
import classes from './viewer.module.css';

const Readable = lazy(() => import('./Readable.tsx').then((module) => ({ default: module.Readable })));

interface Props {
  desk: Desk;
  marks: Marks;
  cell: number;
  stack: Stack | null;
  /** All of the study: what a report points to. */
  stacks: readonly Stack[];
  patient: ViewerPatient;
  texts: boolean;
  pointing: boolean;
  onPointed: () => void;
  /** Segmentations are shown: what belongs to them stands beside. */
  onSegments: () => void;
}

export function Cell({ desk, marks, cell, stack, stacks, patient, texts, pointing, onPointed, onSegments }: Props) {
  const { t } = useTranslation();
  if (!stack) return <p className={classes.empty}>{t('imaging.viewer.emptyCell')}</p>;
  if (stack.kind === 'pictures') {
    return (
      <TileView
        desk={desk}
        marks={marks}
        cell={cell}
        stack={stack}
        patient={patient}
        texts={texts}
        pointing={pointing}
        onPointed={onPointed}
        stacks={stacks}
        onSegments={onSegments}
      />
    );
  }
  return (
    <Suspense fallback={<Waiting />}>
      <Readable desk={desk} cell={cell} stack={stack} patient={patient} stacks={stacks} />
    </Suspense>
  );
}
