/** One place of the desk with pictures: what Cornerstone draws into, and above it what one must know of it. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import type { Desk } from '../../imaging/desk.ts';
import type { Marks } from '../../imaging/marks.ts';
import type { Stack } from '../../imaging/stacks.ts';
import { Tile } from '../../imaging/tile.ts';
import { HeatOnTile } from '../reading/HeatOnTile.tsx';
import { Keyboard } from './Keyboard.tsx';
import { Lines } from './Lines.tsx';
import { Overlay } from './Overlay.tsx';
import { SegmentNote } from './SegmentNote.tsx';
import type { ViewerPatient } from './Viewer.tsx';
import classes from './viewer.module.css';

interface Props {
  desk: Desk;
  marks: Marks;
  cell: number;
  stack: Stack;
  patient: ViewerPatient;
  /** Names, numbers and letters on the picture. */
  texts: boolean;
  /** Points are set by keys. */
  pointing: boolean;
  onPointed: () => void;
  stacks: readonly Stack[];
  onSegments: () => void;
}

export function TileView({ desk, marks, cell, stack, patient, texts, pointing, onPointed, stacks, onSegments }: Props) {
  const [tile, setTile] = useState<Tile>();
  const element = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!element.current) return;
    const made = new Tile(`tile-${cell}`, element.current);
    const leave = desk.join(cell, made);
    setTile(made);
    return () => {
      leave();
      made.close();
      setTile(undefined);
    };
  }, [desk, cell]);

  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (!tile) return;
    let gone = false;
    setError(undefined);
    stack
      .pictures()
      .then(async (pictures) => {
        if (gone) return;
        await tile.show(pictures, desk.startOf(stack));
        if (!gone) await marks.attach(tile, pictures);
      })
      .catch((failed: unknown) => setError(failed));
    return () => {
      gone = true;
    };
  }, [tile, stack, desk, marks]);

  useEffect(() => {
    const surface = element.current;
    if (!surface || !tile) return;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      if (event.ctrlKey) tile.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
      else tile.scrollBy(event.deltaY > 0 ? 1 : -1);
    };
    // The second button enlarges.
    const menu = (event: Event) => event.preventDefault();
    surface.addEventListener('wheel', wheel, { passive: false });
    surface.addEventListener('contextmenu', menu);
    return () => {
      surface.removeEventListener('wheel', wheel);
      surface.removeEventListener('contextmenu', menu);
    };
  }, [tile]);

  useEffect(() => tile?.showPlanes(texts), [tile, texts]);

  return (
    <>
      <div ref={element} className={classes.surface} />
      {tile && (
        <>
          <Lines desk={desk} tile={tile} cell={cell} />
          <HeatOnTile tile={tile} stack={stack} />
          <Overlay tile={tile} stack={stack} patient={patient} texts={texts} />
          <SegmentNote desk={desk} tile={tile} stack={stack} stacks={stacks} patient={patient.id} onShown={onSegments} />
          <PageSlider tile={tile} />
          {pointing && <Keyboard desk={desk} tile={tile} onDone={onPointed} />}
          <Failure tile={tile} error={error} />
        </>
      )}
    </>
  );
}

function Failure({ tile, error }: { tile: Tile; error: unknown }) {
  const state = useSyncExternalStore(tile.subscribe, tile.getState);
  const shown = error ?? (state.status === 'failed' ? state.error : undefined);
  if (!shown) return null;
  return (
    <div className={classes.failure}>
      <ErrorNotice error={shown} />
    </div>
  );
}

/** Where in the stack one is: also a way to go elsewhere. */
function PageSlider({ tile }: { tile: Tile }) {
  const { t } = useTranslation();
  const { index, count } = useSyncExternalStore(tile.subscribe, tile.getState);
  if (count < 2) return null;
  return (
    <input
      type="range"
      className={classes.pages}
      min={1}
      max={count}
      value={index + 1}
      // Arrow keys page by the keys of the viewer, wherever the focus is.
      tabIndex={-1}
      aria-label={t('imaging.viewer.page')}
      aria-valuetext={t('imaging.viewer.pageOf', { page: index + 1, count })}
      onChange={(event) => tile.scrollTo(Number(event.currentTarget.value) - 1)}
    />
  );
}
