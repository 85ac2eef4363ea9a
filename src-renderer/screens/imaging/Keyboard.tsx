/** Sets the points of a mark by keys: arrows move the cross (with Shift further), Enter sets a point, Escape ends. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Desk } from '../../imaging/desk.ts';
import { addMark, pointsWanted } from '../../imaging/mark-objects.ts';
import type { Point } from '../../imaging/plane.ts';
import type { Tile } from '../../imaging/tile.ts';
import { isMarkTool } from '../../imaging/tools.ts';
import classes from './overlay.module.css';

const STEP = 1;
const LONG_STEP = 10;
const moves = new Map<string, Point>([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);

export function Keyboard({ desk, tile, onDone }: { desk: Desk; tile: Tile; onDone: () => void }) {
  const { t } = useTranslation();
  const field = useRef<HTMLDivElement>(null);
  const picture = tile.picture;
  const [cross, setCross] = useState<Point>([Math.round((picture?.columns ?? 0) / 2), Math.round((picture?.rows ?? 0) / 2)]);
  const [points, setPoints] = useState<readonly Point[]>([]);
  useEffect(() => field.current?.focus(), []);
  const { tool } = desk.state;
  if (!isMarkTool(tool)) return null;
  const wanted = pointsWanted[tool];

  function onKeyDown(event: React.KeyboardEvent) {
    const move = moves.get(event.key);
    if (move) {
      const step = event.shiftKey ? LONG_STEP : STEP;
      setCross(([x, y]) => [x + move[0] * step, y + move[1] * step]);
    } else if (event.key === 'Enter') setPoint();
    else if (event.key === 'Escape') onDone();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function setPoint() {
    const set = [...points, cross];
    if (set.length < wanted) return setPoints(set);
    if (isMarkTool(tool)) void addMark(tile, tool, set);
    onDone();
  }

  const [x, y] = tile.toScreen(cross);
  return (
    <div
      ref={field}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: points are set by keys here
      tabIndex={0}
      className={classes.pointing}
      aria-label={t('imaging.viewer.pointing')}
      onKeyDown={onKeyDown}
      onBlur={onDone}
    >
      <svg className={classes.cross} aria-hidden>
        <line x1={x - 14} y1={y} x2={x - 4} y2={y} />
        <line x1={x + 4} y1={y} x2={x + 14} y2={y} />
        <line x1={x} y1={y - 14} x2={x} y2={y - 4} />
        <line x1={x} y1={y + 4} x2={x} y2={y + 14} />
        {points.map((point) => {
          const [cx, cy] = tile.toScreen(point);
          return <circle key={point.join()} cx={cx} cy={cy} r={4} />;
        })}
      </svg>
      <p className={classes.hint} role="status">
        {t('imaging.viewer.pointNumber', { number: points.length + 1, count: wanted })}
      </p>
    </div>
  );
}
