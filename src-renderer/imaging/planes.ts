/** Overlay planes of a picture (PS3.3 C.9.2), one bit a pixel, as one sheet that lies over it. Fetched when the picture is first drawn. */
import { call } from '../core/connection.ts';
import { tellChanged } from './changes.ts';
import type { Picture } from './picture.ts';

/** Sheets that are kept: one for each place of the desk. */
const KEPT = 6;
/** Yellow, half seen through where it marks a region: red, green, blue, opaque as a little endian word. */
const LINE = 0xff57ddff;
const REGION = 0x7057ddff;

const sheets = new Map<string, Promise<HTMLCanvasElement | undefined>>();
const ready = new Map<string, HTMLCanvasElement>();

/** The sheet over a picture, where it is there already; otherwise it is fetched. */
export function planesOver(picture: Picture): HTMLCanvasElement | undefined {
  if (!sheets.has(picture.id)) {
    const made = fetchPlanes(picture).catch(() => undefined);
    sheets.set(picture.id, made);
    const [oldest] = sheets.keys();
    if (sheets.size > KEPT && oldest !== undefined) forget(oldest);
    void made.then((sheet) => {
      if (!sheet || sheets.get(picture.id) !== made) return;
      ready.set(picture.id, sheet);
      tellChanged(picture.id);
    });
  }
  return ready.get(picture.id);
}

export function forgetPlanes(): void {
  sheets.clear();
  ready.clear();
}

function forget(id: string): void {
  sheets.delete(id);
  ready.delete(id);
}

async function fetchPlanes({ from, columns, rows }: Picture): Promise<HTMLCanvasElement | undefined> {
  if (!from) return undefined;
  const { patient, instance, frame } = from.address;
  const { overlays } = await call('imaging.overlays', { patient, instance, frame });
  if (overlays.length === 0) return undefined;
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d');
  if (!context) return undefined;
  const data = context.createImageData(columns, rows);
  const words = new Uint32Array(data.data.buffer);
  for (const { rows: high, columns: wide, origin, type, bits } of overlays) {
    const [top, left] = [origin[0] - 1, origin[1] - 1];
    for (let row = Math.max(0, -top); row < Math.min(high, rows - top); row++) {
      for (let column = Math.max(0, -left); column < Math.min(wide, columns - left); column++) {
        const at = row * wide + column;
        if (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) words[(row + top) * columns + column + left] = type === 'R' ? REGION : LINE;
      }
    }
  }
  context.putImageData(data, 0, 0);
  return canvas;
}
