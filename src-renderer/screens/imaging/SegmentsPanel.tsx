/** Segmentations over the series in the active place: which are shown, how strongly, each segment by itself. */
import { Switch } from '@mantine/core';
import { type CSSProperties, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImagingSegmentation } from '../../../src-shared/contract/imaging.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import {
  changeSegments,
  colourOf,
  keyOf,
  onSegments,
  segmentationsOver,
  segmentsState,
  toggled,
} from '../../imaging/segments.ts';
import classes from './segments.module.css';
import type { ViewerProps } from './Viewer.tsx';

export function SegmentsPanel({ desk }: ViewerProps) {
  const { t } = useTranslation();
  const { list, on, opacity, error } = useSyncExternalStore(onSegments, segmentsState);
  useSyncExternalStore(desk.subscribe, desk.getState);
  const over = segmentationsOver(list, desk.stack?.series.uid);
  if (over.length === 0) return <p className={classes.quiet}>{t('imaging.segments.none')}</p>;
  const percent = Math.round(opacity * 100);
  return (
    <>
      <label className={classes.slider}>
        {t('imaging.segments.opacity', { percent })}
        <input
          type="range"
          min={0}
          max={100}
          step={5}
          value={percent}
          // Arrows, Home and End move the slider here, and page nothing.
          onKeyDown={(event) => event.stopPropagation()}
          onChange={(event) => changeSegments({ opacity: Number(event.currentTarget.value) / 100 })}
        />
      </label>
      {error !== undefined && <ErrorNotice error={error} />}
      {over.map((one) => (
        <section key={one.instance} className={classes.segmentation} aria-label={named(one)}>
          <Switch
            size="sm"
            checked={on.has(one.instance)}
            onChange={() => changeSegments({ on: toggled(on, one.instance) })}
            label={<strong>{named(one)}</strong>}
            description={t(`imaging.segments.kind.${one.kind}`)}
          />
          {on.has(one.instance) && <Segments segmentation={one} />}
          {one.unplaced > 0 && (
            <p className={classes.quiet}>{t('imaging.segments.unplaced', { count: one.unplaced, frames: one.frames })}</p>
          )}
        </section>
      ))}
    </>
  );
}

/** "SEG 52 Bone": several often have one label. */
function named({ number, label }: ImagingSegmentation): string {
  return ['SEG', number, label].filter((part) => part !== undefined && part !== '').join(' ');
}

function Segments({ segmentation }: { segmentation: ImagingSegmentation }) {
  const { t } = useTranslation();
  const { hidden } = useSyncExternalStore(onSegments, segmentsState);
  return (
    <ul className={classes.list}>
      {segmentation.segments.map(({ number, label, made, program }) => {
        const key = keyOf(segmentation.instance, number);
        const colour: CSSProperties = { backgroundColor: `rgb(${colourOf(segmentation, number).join(' ')})` };
        return (
          <li key={number}>
            <Switch
              size="xs"
              checked={!hidden.has(key)}
              onChange={() => changeSegments({ hidden: toggled(hidden, key) })}
              label={
                <span className={classes.name}>
                  <span className={classes.colour} style={colour} aria-hidden />
                  {label || t('imaging.segments.number', { number })}
                </span>
              }
              description={[made && t(`imaging.segments.made.${made}`), program].filter(Boolean).join(': ') || undefined}
            />
          </li>
        );
      })}
    </ul>
  );
}
