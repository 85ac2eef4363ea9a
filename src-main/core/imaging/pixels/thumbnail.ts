/** A small picture of a frame through its own window. */
import sharp from 'sharp';
import type { ShownFrame } from './display.ts';
import { numbersIn } from './display.ts';
import { type FrameAsk, showFrame } from './shown.ts';
import { means } from './shrink.ts';

export interface ThumbnailAsk extends FrameAsk {
  /** In rescaled values; without it the whole range. */
  window?: { center: number; width: number } | undefined;
  /** Goes before the range, where there is no window. */
  table?: { first: number; bits: number; entries: Uint16Array } | undefined;
  slope: number;
  intercept: number;
  /** Longer side, in pixels; without it that of a thumbnail. */
  side?: number | undefined;
}

export interface Thumbnail {
  bytes: Uint8Array;
  width: number;
  height: number;
}

const SIDE = 128;

/** @throws AppError as `showFrame` */
export async function thumbnailOf(ask: ThumbnailAsk): Promise<Thumbnail> {
  const whole = showFrame(ask);
  const side = ask.side ?? SIDE;
  const { module } = ask.plan;
  // Four times what is wanted is fine enough, and a mammogram has twenty million pixels.
  const by = Math.floor(Math.max(module.rows, module.columns) / (4 * side));
  const { rows, columns, bytes } = by > 1 ? means(whole, module, by) : { ...module, bytes: whole.bytes };
  const frame = { ...whole, bytes };
  const channels = frame.samples === 3 ? 3 : 1;
  const { data, info } = await sharp(frame.samples === 3 ? frame.bytes : greyBytes(frame, ask), {
    raw: { width: columns, height: rows, channels },
  })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 80 })
    .toBuffer({ resolveWithObject: true });
  return { bytes: new Uint8Array(data), width: info.width, height: info.height };
}

function greyBytes(frame: ShownFrame, { window, table, slope, intercept }: ThumbnailAsk): Uint8Array {
  const low = window ? (window.center - window.width / 2 - intercept) / slope : frame.smallest;
  const high = window ? (window.center + window.width / 2 - intercept) / slope : frame.largest;
  const span = high - low || 1;
  const inverted = frame.photometric === 'MONOCHROME1';
  const looked = (value: number) => {
    const { first = 0, bits = 8, entries = [] } = table ?? {};
    const at = Math.min(entries.length - 1, Math.max(0, Math.round(value * slope + intercept) - first));
    return (255 * (entries[at] ?? 0)) / (2 ** bits - 1);
  };
  return Uint8Array.from(numbersIn(frame), (value) => {
    const grey = Math.min(255, Math.max(0, table && !window ? looked(value) : (255 * (value - low)) / span));
    return inverted ? 255 - grey : grey;
  });
}
