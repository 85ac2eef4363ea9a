/** Masks of segmentations over a picture: fetched when it is first drawn, coloured once, laid by the place of their own frame. The newest are kept. */
import type { SegmentMask } from '../../src-shared/contract/imaging.ts';
import { call } from '../core/connection.ts';
import { tellChanged } from './changes.ts';
import type { Picture } from './picture.ts';
import { type Plane, pixelToWorld, worldToPixel } from './plane.ts';
import { type Colour, changeSegments, colourOf, keyOf, segmentsState } from './segments.ts';

/** What coloured masks may take in the page's memory. */
const BYTES_MAX = 64 * 1024 * 1024;
/** Asked for at once; while somebody pages quickly only the last pictures are waited for. */
const AT_ONCE = 2;
const WAITING_MAX = 4;
/** Inside of a mask, beside its edge, of 255. */
const INSIDE = 120;

interface Sheet {
  key: string;
  canvas: HTMLCanvasElement;
  /** From points of the canvas to points of the picture. */
  matrix: readonly [number, number, number, number, number, number];
  smooth: boolean;
}

const sheets = new Map<string, readonly Sheet[]>();
const bytes = new Map<string, number>();
const underWay = new Set<string>();
const failed = new Set<string>();
let before: ReadonlySet<string> | undefined;
const waiting = new Map<string, Picture>();
let held = 0;

export function forgetMasks(): void {
  sheets.clear();
  bytes.clear();
  waiting.clear();
  held = 0;
}

/** Draws what is there over a picture whose first pixel begins at the origin; the rest is fetched. */
export function drawMasks(context: CanvasRenderingContext2D, picture: Picture): void {
  const { on, hidden, opacity } = segmentsState();
  if (on.size === 0 || !picture.from) return;
  if (on !== before) {
    before = on;
    for (const one of failed) sheets.delete(one);
    failed.clear();
  }
  const key = keyFor(picture, on);
  const found = sheetsOf(key);
  if (!found) {
    want(picture);
    return;
  }
  if (opacity === 0) return;
  for (const { key: segment, canvas, matrix, smooth } of found) {
    if (hidden.has(segment)) continue;
    context.save();
    context.globalAlpha = opacity;
    context.imageSmoothingEnabled = smooth;
    context.transform(...matrix);
    context.drawImage(canvas, 0, 0);
    context.restore();
  }
}

const keyFor = ({ id }: Picture, on: ReadonlySet<string>) => `${id} ${[...on].sort().join(' ')}`;

function want(picture: Picture): void {
  const key = keyFor(picture, segmentsState().on);
  if (underWay.has(key)) return;
  waiting.delete(key);
  waiting.set(key, picture);
  const [oldest] = waiting.keys();
  if (waiting.size > WAITING_MAX && oldest !== undefined) waiting.delete(oldest);
  work();
}

function work(): void {
  while (underWay.size < AT_ONCE) {
    const last = [...waiting].at(-1);
    if (!last) return;
    const [key, picture] = last;
    waiting.delete(key);
    underWay.add(key);
    void fetchSheets(picture)
      .then(
        (made) => {
          keep(key, made);
          if (segmentsState().error) changeSegments({ error: undefined });
          tellChanged(picture.id);
        },
        (error: unknown) => {
          // Said once; asked for again when something is turned on or off.
          failed.add(key);
          keep(key, []);
          changeSegments({ error });
        },
      )
      .finally(() => {
        underWay.delete(key);
        work();
      });
  }
}

export const sheetsOf = (key: string): readonly Sheet[] | undefined => sheets.get(key);

/** The newest stays, however large: what was thrown away at once would be fetched again and again. */
export function keep(key: string, made: readonly Sheet[]): void {
  held -= bytes.get(key) ?? 0;
  sheets.delete(key);
  const size = made.reduce((sum, { canvas }) => sum + canvas.width * canvas.height * 4, 64);
  sheets.set(key, made);
  bytes.set(key, size);
  held += size;
  for (const [oldest] of sheets) {
    if (held <= BYTES_MAX || oldest === key) break;
    sheets.delete(oldest);
    held -= bytes.get(oldest) ?? 0;
    bytes.delete(oldest);
  }
}

async function fetchSheets(picture: Picture): Promise<Sheet[]> {
  const { from } = picture;
  if (!from) return [];
  const { patient, instance, frame } = from.address;
  const of = [...segmentsState().on].slice(0, 16);
  const made: Sheet[] = [];
  for (let total = 1; made.length < total; ) {
    const answer = await call('imaging.masks', { patient, instance, frame, of, skip: made.length });
    total = answer.total;
    for (const mask of answer.masks) made.push(sheetOf(mask, picture));
    if (answer.masks.length === 0) break;
  }
  return made;
}

function sheetOf(mask: SegmentMask, picture: Picture): Sheet {
  const { list } = segmentsState();
  const segmentation = list.find(({ instance }) => instance === mask.instance);
  const colour: Colour = segmentation ? colourOf(segmentation, mask.segment) : [255, 255, 255];
  return {
    key: keyOf(mask.instance, mask.segment),
    canvas: coloured(mask, colour),
    matrix: matrixOf(mask, picture),
    smooth: mask.depth === 8,
  };
}

function coloured({ box, step, depth, values }: SegmentMask, [red, green, blue]: Colour): HTMLCanvasElement {
  const [wide, high] = [Math.ceil(box[2] / step), Math.ceil(box[3] / step)];
  const canvas = document.createElement('canvas');
  canvas.width = wide;
  canvas.height = high;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas to draw on');
  const data = context.createImageData(wide, high);
  const covers = (column: number, row: number) => {
    if (column < 0 || row < 0 || column >= wide || row >= high) return false;
    const at = row * wide + column;
    return (((values[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
  };
  for (let row = 0, at = 0; row < high; row++) {
    for (let column = 0; column < wide; column++, at += 4) {
      const inside = covers(column - 1, row) && covers(column + 1, row) && covers(column, row - 1) && covers(column, row + 1);
      const alpha = depth === 8 ? (values[row * wide + column] ?? 0) : covers(column, row) ? (inside ? INSIDE : 255) : 0;
      if (alpha === 0) continue;
      data.data.set([red, green, blue, alpha], at);
    }
  }
  context.putImageData(data, 0, 0);
  return canvas;
}

/** Points of a canvas begin at the corner of a pixel, those of a plane at its middle. */
export function matrixOf(
  { box, step, plane, columns, rows }: Pick<SegmentMask, 'box' | 'step' | 'plane' | 'columns' | 'rows'>,
  picture: Pick<Picture, 'plane' | 'columns' | 'rows'>,
): Sheet['matrix'] {
  const onto = (column: number, row: number): readonly [number, number] => {
    const { position, orientation, spacing } = plane ?? {};
    // Without a place of its own it covers what it was drawn on, pixel by pixel.
    if (!position || !orientation || !spacing || !picture.plane.placed)
      return [(column * picture.columns) / columns, (row * picture.rows) / rows];
    const [rx, ry, rz, dx, dy, dz] = orientation;
    const own: Plane = { ...picture.plane, origin: position, right: [rx, ry, rz], down: [dx, dy, dz], spacing };
    const [x, y] = worldToPixel(picture.plane, pixelToWorld(own, [column - 0.5, row - 0.5]));
    return [x + 0.5, y + 0.5];
  };
  const [x, y] = onto(box[0], box[1]);
  const [rightX, rightY] = onto(box[0] + step, box[1]);
  const [downX, downY] = onto(box[0], box[1] + step);
  return [rightX - x, rightY - y, downX - x, downY - y, x, y];
}
