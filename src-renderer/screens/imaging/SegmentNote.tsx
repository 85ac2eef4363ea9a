/** On a segmentation that is shown by itself: where it belongs, and the way there; or why there is none. */
import { Link } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Desk } from '../../imaging/desk.ts';
import { partnerOf } from '../../imaging/linking.ts';
import { changeSegments, onSegments, segmentsState } from '../../imaging/segments.ts';
import type { Stack } from '../../imaging/stacks.ts';
import type { Tile } from '../../imaging/tile.ts';
import classes from './segments.module.css';

interface Props {
  desk: Desk;
  tile: Tile;
  stack: Stack;
  /** All that is on the desk's strip. */
  stacks: readonly Stack[];
  patient: string;
  onShown: () => void;
}

export function SegmentNote({ desk, tile, stack, stacks, patient, onShown }: Props) {
  const { t } = useTranslation();
  const { list } = useSyncExternalStore(onSegments, segmentsState);
  const one = stack.cover.kind === 'segmentation' ? list.find(({ instance }) => instance === stack.cover.id) : undefined;
  useSyncExternalStore(tile.subscribe, tile.getState);
  if (!one) return null;
  const { why, over, segments } = one;
  const shown = segments.length === 1 ? segments[0] : segments.find(({ number }) => number === tile.picture?.set?.segment);
  const source = stacks.find(({ kind, series }) => kind === 'pictures' && over.some((other) => other.series === series.uid));
  const show = async () => {
    if (!source) return;
    const { on } = segmentsState();
    const pictures = await source.pictures();
    desk.goesTo(source, partnerOf(tile.pictures, tile.state.index, pictures, 0) ?? 0);
    changeSegments({ on: new Set([...on, one.instance]) });
    desk.place(source);
    onShown();
  };
  const [elsewhere] = over;
  return (
    <div className={classes.note}>
      {shown?.label && <strong className={classes.shown}>{shown.label}</strong>}
      {why ? (
        <span>{t(`imaging.segments.why.${why}`)}</span>
      ) : source ? (
        <button type="button" className={classes.show} onClick={() => void show()}>
          {t('imaging.segments.show', { what: [source.series.modality, source.series.number].filter(Boolean).join(' ') })}
        </button>
      ) : (
        elsewhere && (
          <Link
            to="/patient/$id/study/$study"
            params={{ id: patient, study: elsewhere.study }}
            search={{ series: elsewhere.series }}
            className={classes.show}
          >
            {t('imaging.segments.otherStudy')}
          </Link>
        )
      )}
    </div>
  );
}
