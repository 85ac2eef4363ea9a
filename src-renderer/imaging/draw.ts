/**
 * Draws a picture by a table from stored value to grey: Cornerstone's hook for a picture that draws itself, in its rendering without a graphics card. One table serves
 * all slices of a series, so that paging costs one walk over the pixels.
 */
import type { Types } from '@cornerstonejs/core';
import { levelFor } from './levels.ts';
import { type LoadedPicture, loadedOf } from './loaded.ts';
import { drawMasks } from './masks.ts';
import { planesOver } from './planes.ts';
import type { Values } from './volume.ts';
import { colourTable, greyTable, type Shown } from './windows.ts';

type Element = Parameters<NonNullable<Types.IImage['render']>>[0];

interface Sheet {
  canvas: HTMLCanvasElement;
  context: CanvasRenderingContext2D;
  data: ImageData;
  /** What is on it. */
  drawn?: { picture: LoadedPicture; shown: Shown };
}

const shown = new WeakMap<HTMLCanvasElement, Shown>();
const sheets = new WeakMap<HTMLCanvasElement, Sheet>();
let lastTable: { key: string; table: Uint32Array; voiTable: Shown['table'] } | undefined;

/** Says how what is drawn on a canvas is to look, from the next drawing on. */
export function look(canvas: HTMLCanvasElement, how: Shown): void {
  shown.set(canvas, how);
}

export function draw(element: Element): void {
  const { canvas, image, transform, viewport } = element;
  const picture = loadedOf(image);
  const context = canvas?.getContext('2d');
  if (!canvas || !context || !picture || !image || !transform) return;
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = transform.getMatrix();
  const level = levelFor(picture, Math.max(Math.hypot(a, b), Math.hypot(c, d)));
  const sheet = sheetFor(canvas, level.columns, level.rows);
  const how = shown.get(canvas) ?? { center: Number(image.windowCenter), width: Number(image.windowWidth), invert: false };
  if (sheet.drawn?.picture !== picture || !isSame(sheet.drawn.shown, how)) {
    fill(sheet.data, picture, level.values, how);
    sheet.context.putImageData(sheet.data, 0, 0);
    sheet.drawn = { picture, shown: how };
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = '#000000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(a, b, c, d, e, f);
  context.imageSmoothingEnabled = !viewport?.pixelReplication;
  context.imageSmoothingQuality = 'medium';
  // A small frame covers the place of the whole; a level that of the pixels which it stands for.
  const { columns, rows } = picture.picture;
  const [wide, high] = picture.small ? [columns, rows] : [level.columns * level.step, level.rows * level.step];
  context.drawImage(sheet.canvas, 0, 0, wide, high);
  const over = how.planes !== false && picture.frame.header.overlays > 0 ? planesOver(picture.picture) : undefined;
  if (over) context.drawImage(over, 0, 0);
  drawMasks(context, picture.picture);
}

function sheetFor(canvas: HTMLCanvasElement, columns: number, rows: number): Sheet {
  const before = sheets.get(canvas);
  if (before && before.canvas.width === columns && before.canvas.height === rows) return before;
  const own = document.createElement('canvas');
  own.width = columns;
  own.height = rows;
  const context = own.getContext('2d', { alpha: false });
  if (!context) throw new Error('No canvas to draw on');
  const sheet = { canvas: own, context, data: context.createImageData(columns, rows) };
  sheets.set(canvas, sheet);
  return sheet;
}

function fill(data: ImageData, { frame }: LoadedPicture, values: Values, how: Shown): void {
  const { header } = frame;
  const words = new Uint32Array(data.data.buffer);
  if (header.samples > 1) {
    fillColour(words, values, header.samples, colourTable(how));
    return;
  }
  const table = tableFor(frame, how);
  const from = header.smallest;
  const length = Math.min(words.length, values.length);
  for (let index = 0; index < length; index++) words[index] = table[(values[index] as number) - from] as number;
}

function fillColour(words: Uint32Array, values: ArrayLike<number>, samples: number, table: Uint8Array): void {
  const at = (index: number) => table[values[index] as number] as number;
  for (let pixel = 0, from = 0; pixel < words.length; pixel++, from += samples) {
    words[pixel] = 0xff000000 | (at(from + 2) << 16) | (at(from + 1) << 8) | at(from);
  }
}

/** The last table is kept: neighbouring slices use the same. */
function tableFor({ header }: LoadedPicture['frame'], how: Shown): Uint32Array {
  const { smallest, largest, slope, intercept, photometric, padding, voiFunction } = header;
  const key = JSON.stringify([
    smallest,
    largest,
    slope,
    intercept,
    photometric,
    padding,
    voiFunction,
    how.center,
    how.width,
    how.invert,
  ]);
  if (lastTable?.key !== key || lastTable.voiTable !== how.table)
    lastTable = { key, table: greyTable(header, how), voiTable: how.table };
  return lastTable.table;
}

function isSame(one: Shown, other: Shown): boolean {
  return one.center === other.center && one.width === other.width && one.invert === other.invert && one.table === other.table;
}
