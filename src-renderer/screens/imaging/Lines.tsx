/** Where the active picture cuts this one. */
import { useSyncExternalStore } from 'react';
import type { Desk } from '../../imaging/desk.ts';
import { crossing } from '../../imaging/plane.ts';
import type { Tile } from '../../imaging/tile.ts';
import classes from './overlay.module.css';

export function Lines({ desk, tile, cell }: { desk: Desk; tile: Tile; cell: number }) {
  const { active, lines } = useSyncExternalStore(desk.subscribe, desk.getState);
  const source = active === cell ? undefined : desk.tileAt(active);
  if (!lines || !source) return null;
  return <Line source={source} tile={tile} />;
}

function Line({ source, tile }: { source: Tile; tile: Tile }) {
  const from = useSyncExternalStore(source.subscribe, source.getState);
  const to = useSyncExternalStore(tile.subscribe, tile.getState);
  const [cutting, shown] = [source.picture, tile.picture];
  if (from.status !== 'shown' || to.status !== 'shown' || !cutting?.plane.placed || !shown?.plane.placed) return null;
  // Places are comparable only where the zero point is the same.
  if (!cutting.frameOfReference || cutting.frameOfReference !== shown.frameOfReference) return null;
  const ends = crossing(cutting.plane, [cutting.columns, cutting.rows], shown.plane);
  if (!ends) return null;
  const [[x1, y1], [x2, y2]] = [tile.toScreen(ends[0]), tile.toScreen(ends[1])];
  return (
    <svg className={classes.lines} aria-hidden>
      <line x1={x1} y1={y1} x2={x2} y2={y2} />
    </svg>
  );
}
