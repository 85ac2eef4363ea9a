/** The heat map on the picture of a tile: it goes along when the picture is moved, enlarged or turned. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Stack } from '../../imaging/stacks.ts';
import type { Tile } from '../../imaging/tile.ts';
import { heatPixels } from './heat.ts';
import { type HeatShown, heatShown, onHeat } from './heat-shown.ts';
import classes from './ModelPanel.module.css';

export function HeatOnTile({ tile, stack }: { tile: Tile; stack: Stack }) {
  const shown = useSyncExternalStore(onHeat, heatShown);
  const { status } = useSyncExternalStore(tile.subscribe, tile.getState);
  const image = stack.photograph ?? tile.picture?.from?.instance.id;
  if (!shown || shown.opacity === 0 || shown.image !== image || status !== 'shown') return null;
  return <Heat tile={tile} shown={shown} />;
}

function Heat({ tile, shown: { heat, box, opacity } }: { tile: Tile; shown: HeatShown }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(heatPixels(heat.values), heat.width, heat.height), 0, 0);
  }, [heat]);
  const size = tile.loaded?.frame.header;
  if (!size) return null;
  // A point of the picture is the middle of its pixel.
  const at = (x: number, y: number) => tile.toScreen([x * size.columns - 0.5, y * size.rows - 0.5]);
  const [x, y] = at(box.x, box.y);
  const [rightX, rightY] = at(box.x + box.width, box.y);
  const [downX, downY] = at(box.x, box.y + box.height);
  const matrix = [
    (rightX - x) / heat.width,
    (rightY - y) / heat.width,
    (downX - x) / heat.height,
    (downY - y) / heat.height,
    x,
    y,
  ];
  return (
    <canvas
      ref={canvas}
      className={classes.heat}
      width={heat.width}
      height={heat.height}
      data-heat
      aria-hidden
      style={{ opacity, transform: `matrix(${matrix.join(', ')})` }}
    />
  );
}
