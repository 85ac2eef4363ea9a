/**
 * From the bytes of a photograph to the square that the model sees. Training reads squares made by this same file
 * (models/diabetic-retinopathy/training/prepare.ts), so both sides prepare alike by construction.
 */
import sharp from 'sharp';
import { decodeSmall } from './decode.ts';
import { type Box, findDisc } from './disc.ts';
import { measureQuality, type Quality } from './quality.ts';

/** Longest side of the reduced picture on which the disc is sought and from which it is cut, in pixels. */
const WORKING_SIDE = 640;

export interface Prepared {
  /** Side of the square, in pixels. */
  readonly size: number;
  /** size * size * 3 bytes, RGB interleaved, rows from the top. */
  readonly rgb: Uint8Array;
  /** Square on the upright picture, in its own pixels; it may reach beyond the edges where black was added. */
  readonly crop: Box;
  /** Upright size of the photograph, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly quality: Quality;
}

/**
 * Decodes, turns upright, finds the retinal disc, cuts it out, pads it to a square and scales it.
 * @param bytes an encoded JPEG, PNG or TIFF
 * @param size side of the square in pixels
 * @throws AppError image-empty, image-unsupported, image-too-large, image-truncated, image-unreadable
 */
export async function prepareFundus(bytes: Uint8Array, size: number): Promise<Prepared> {
  const small = await decodeSmall(bytes, WORKING_SIDE);
  const disc = findDisc(small);
  const cut = await sharp(small.rgb, { raw: { width: small.width, height: small.height, channels: 3 } })
    .extract(disc)
    .resize(size, size, { fit: 'contain', background: '#000' })
    .raw()
    .toBuffer();
  const rgb = new Uint8Array(cut.buffer, cut.byteOffset, cut.length);
  const scale = small.fullWidth / small.width;
  const side = Math.max(disc.width, disc.height);
  return {
    size,
    rgb,
    crop: {
      left: Math.round((disc.left + (disc.width - side) / 2) * scale),
      top: Math.round((disc.top + (disc.height - side) / 2) * scale),
      width: Math.round(side * scale),
      height: Math.round(side * scale),
    },
    width: small.fullWidth,
    height: small.fullHeight,
    quality: measureQuality(rgb, size),
  };
}

/**
 * The model's input: planes of red, green and blue, each value (v / 255 - mean) / std.
 * @returns 3 * size * size floats, channel first
 */
export function toTensor(rgb: Uint8Array, size: number, mean: readonly number[], std: readonly number[]): Float32Array {
  const plane = size * size;
  const out = new Float32Array(3 * plane);
  for (let c = 0; c < 3; c++) {
    const gain = 1 / (255 * (std[c] ?? 1));
    const offset = (mean[c] ?? 0) / (std[c] ?? 1);
    for (let i = 0, j = c, k = c * plane; i < plane; i++, j += 3, k++) out[k] = (rgb[j] ?? 0) * gain - offset;
  }
  return out;
}
