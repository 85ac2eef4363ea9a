/** What stands on a picture: who, what and when at the edges, letters for the directions, a bar for the scale. The middle stays free. */
import type { TFunction } from 'i18next';
import { type CSSProperties, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { clock, day } from '../../format/dates.ts';
import { bytesOf } from '../../imaging/ahead.ts';
import { roundLength } from '../../imaging/measure.ts';
import type { Picture } from '../../imaging/picture.ts';
import { PICTURES_BYTES_MAX } from '../../imaging/pictures.ts';
import { edgesOf, placeOf } from '../../imaging/plane.ts';
import type { Stack } from '../../imaging/stacks.ts';
import type { Tile } from '../../imaging/tile.ts';
import type { Window } from '../../imaging/windows.ts';
import classes from './overlay.module.css';
import type { ViewerPatient } from './Viewer.tsx';

/** The bar takes at most this share of the tile's width. */
const BAR_SHARE = 0.25;

interface Props {
  tile: Tile;
  stack: Stack;
  patient: ViewerPatient;
  texts: boolean;
  /** What else must be known of the picture. */
  note?: string;
}

export function Overlay({ tile, stack, patient, texts, note }: Props) {
  const { t } = useTranslation();
  const state = useSyncExternalStore(tile.subscribe, tile.getState);
  const { pictures } = tile;
  const bytes = useMemo(() => bytesOf(pictures), [pictures]);
  const picture = tile.pictures[state.index];
  if (!picture) return null;
  const { instance } = picture.from ?? {};
  const header = tile.loaded?.frame.header;
  const edges = edgesOf(picture.plane, picture.patientOrientation, state.turn);
  const colour = (header?.samples ?? 1) > 1;
  const acquired = [instance?.acquiredAt, stack.series.date, stack.examination.date].find(isDate);
  const calibrated = picture.plane.calibration === 'patient' && instance?.imagerSpacing && instance.spacingCalibration;
  // What a file of many frames says of its place is the first frame's.
  const place = (instance?.frames === 1 ? instance.sliceLocation : undefined) ?? (instance && placeOf(picture.plane));
  return (
    <div className={classes.overlay} aria-hidden={!texts}>
      {texts && (
        <>
          <div className={classes.topStart}>
            <strong>{patient.name}</strong>
            <span>
              {[patient.number, patient.birthDate && t('imaging.viewer.born', { date: day(patient.birthDate) }), patient.sex]
                .filter(Boolean)
                .join(' · ')}
            </span>
            {stack.examination.description !== '' && <span className={classes.wide}>{stack.examination.description}</span>}
            <span className={classes.wide}>
              {stack.series.number !== undefined && `${t('imaging.viewer.seriesNumber', { number: stack.series.number })} `}
              {stack.series.description}
            </span>
            {note && <span className={classes.doubt}>{note}</span>}
          </div>
          <div className={classes.topEnd}>
            <span>
              {[
                stack.series.modality,
                picture.cut && t(`imaging.axis.${picture.cut.axis}`),
                instance?.laterality,
                instance?.viewPosition,
              ]
                .filter(Boolean)
                .join(' ')}
            </span>
            {acquired && <span>{day(acquired)}</span>}
            {acquired && acquired.length > 10 && <span className={classes.wide}>{clock(acquired)}</span>}
          </div>
          <div className={classes.bottomStart}>
            {picture.tilt !== undefined && Math.abs(picture.tilt) >= 0.5 && (
              <span className={classes.doubt}>{t('imaging.viewer.tilt', { degrees: Math.abs(picture.tilt).toFixed(1) })}</span>
            )}
            {picture.cut && stack.series.volume.gaps && (
              <span className={classes.doubt}>
                {t('imaging.viewer.gaps', {
                  least: stack.series.volume.gaps[0].toFixed(1),
                  most: stack.series.volume.gaps[1].toFixed(1),
                })}
              </span>
            )}
            {tile.loaded?.small && <span className={classes.doubt}>{t('imaging.viewer.small')}</span>}
            {picture.plane.calibration === 'none' && <span className={classes.doubt}>{t('imaging.viewer.uncalibrated')}</span>}
            {picture.plane.calibration === 'detector' && <span className={classes.doubt}>{t('imaging.viewer.detector')}</span>}
            {calibrated && <span>{t('imaging.viewer.calibrated', { context: calibrated })}</span>}
            {place !== undefined && state.count > 1 && (
              <span className={classes.wide}>{t('imaging.viewer.place', { place: place.toFixed(1) })}</span>
            )}
            {bytes > PICTURES_BYTES_MAX && (
              <span className={classes.doubt}>
                {t('imaging.viewer.tooLarge', { size: megabytes(bytes), limit: megabytes(PICTURES_BYTES_MAX) })}
              </span>
            )}
            {instance?.uptake && 'why' in instance.uptake && (
              <span className={classes.doubt}>
                {t('imaging.uptake.title', { why: t(`imaging.uptake.why.${instance.uptake.why}`) })}
              </span>
            )}
            {picture.set && <span>{setWords(picture.set, t)}</span>}
            <span>{t('imaging.viewer.pageOf', { page: state.index + 1, count: state.count })}</span>
          </div>
          <div className={classes.bottomEnd}>
            {picture.lossy && <span className={classes.doubt}>{t('imaging.viewer.lossy')}</span>}
            {!colour && (
              <span>
                {state.table === undefined
                  ? t('imaging.viewer.window', { width: rounded(state.window, 'width'), center: rounded(state.window, 'center') })
                  : t('imaging.viewer.table', { name: state.table }).trim()}
              </span>
            )}
            <span>{t('imaging.viewer.zoom', { percent: Math.round(state.zoom * 100) })}</span>
          </div>
          <Bar tile={tile} zoom={state.zoom} />
        </>
      )}
      {edges && (
        <>
          <span className={classes.left}>{edges.left}</span>
          <span className={classes.right}>{edges.right}</span>
          <span className={classes.top}>{edges.top}</span>
          <span className={classes.bottom}>{edges.bottom}</span>
        </>
      )}
      {header?.warning && <span className={classes.warning}>{header.warning}</span>}
    </div>
  );
}

/** "Echo 30 ms · set 2 of 3". */
function setWords({ number, of, time, echoMs, bValue }: NonNullable<Picture['set']>, t: TFunction): string {
  return [
    echoMs !== undefined && t('imaging.viewer.echo', { ms: Number(echoMs.toFixed(1)) }),
    bValue !== undefined && t('imaging.viewer.bValue', { value: Math.round(bValue) }),
    time !== undefined && t('imaging.viewer.time', { time }),
    of > 1 && t('imaging.viewer.set', { number: number + 1, of }),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Some devices write the first day of 1900 where they know none. */
function isDate(date: string | undefined): date is string {
  return date !== undefined && !date.startsWith('1900-01-01');
}

/** Whole where the window is wide; three figures of a narrow one. */
function rounded(window: Window, which: keyof Window): string {
  const digits = window.width >= 10 ? 0 : Math.min(6, 2 - Math.floor(Math.log10(window.width)));
  return String(Number(window[which].toFixed(digits)));
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

/** A length in millimetres that is easy to compare with; none where nothing is calibrated. */
function Bar({ tile, zoom }: { tile: Tile; zoom: number }) {
  const plane = tile.picture?.plane;
  if (!plane || plane.calibration === 'none' || zoom <= 0) return null;
  // One point of the screen is so many millimetres; the shorter side of a pixel is drawn at `zoom`.
  const mm = Math.min(...plane.spacing) / zoom;
  const length = roundLength(Math.min(200, tile.element.clientWidth * BAR_SHARE * mm));
  const style: CSSProperties = { inlineSize: `${length / mm}px` };
  return (
    <div className={classes.bar}>
      <span className={classes.rule} style={style} />
      <span>{length >= 10 ? `${length / 10} cm` : `${length} mm`}</span>
    </div>
  );
}
