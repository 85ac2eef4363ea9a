/**
 * From the bytes of a photograph to the square that the model sees. Training reads squares made by this same file
 * (models/diabetic-retinopathy/training/prepare.ts), so both sides prepare alike by construction.
 */
import sharp from 'sharp';
import { decodeSmall, type SmallPicture } from './decode.ts';
import { type Box, findDisc } from './disc.ts';
import { type FilmQuality, measureFilm } from './film-quality.ts';
import { equaliseHistogram, type Grey, stretch, threeChannels } from './grey.ts';
import type { ChestManifest, Manifest } from './manifest.ts';
import { measureQuality, type Quality } from './quality.ts';

/** Longest side of the reduced picture on which the disc is sought and from which it is cut, in pixels. */
const WORKING_SIDE = 640;
/** The same for films: a multiple of the square, so that the last reduction is by area as in training. */
const FILM_SIDE = 1344;

export interface PreparedAs<Measured> {
  /** Side of the square, in pixels. */
  readonly size: number;
  /** size * size * 3 bytes, RGB interleaved, rows from the top. */
  readonly rgb: Uint8Array;
  /** Square on the upright picture, in its own pixels; it may reach beyond the edges where black was added. */
  readonly crop: Box;
  /** Upright size of the photograph, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly quality: Measured;
}

export type Prepared = PreparedAs<Quality>;
export type PreparedFilm = PreparedAs<FilmQuality>;

/** A picture on its way to a model: a file's bytes, or pixels that a DICOM decoder has windowed to grey already. */
export type Picture = Uint8Array | Grey;

/** Prepares as the manifest says. @throws AppError image-* */
export async function prepare(picture: Picture, manifest: Manifest): Promise<Prepared | PreparedFilm> {
  if (manifest.task === 'chest-xray') return prepareFilm(picture, manifest.input.size, manifest.input.normalise);
  return picture instanceof Uint8Array
    ? prepareFundus(picture, manifest.input.size)
    : fundusSquare(colourOf(picture), manifest.input.size);
}

/**
 * Decodes, turns upright, finds the retinal disc, cuts it out, pads it to a square and scales it.
 * @param bytes an encoded JPEG, PNG or TIFF
 * @param size side of the square in pixels
 * @throws AppError image-empty, image-unsupported, image-too-large, image-truncated, image-unreadable
 */
export async function prepareFundus(bytes: Uint8Array, size: number): Promise<Prepared> {
  return fundusSquare(await decodeSmall(bytes, WORKING_SIDE), size);
}

/**
 * A film: grey, stretched to a square, exposure evened out where the model wants it.
 * @throws AppError image-empty, image-unsupported, image-too-large, image-truncated, image-unreadable
 */
export async function prepareFilm(
  picture: Picture,
  size: number,
  normalise: ChestManifest['input']['normalise'] = 'none',
): Promise<PreparedFilm> {
  const small = picture instanceof Uint8Array ? await decodeSmall(picture, FILM_SIDE) : null;
  const grey = small ? { data: greyOf(small.rgb), width: small.width, height: small.height } : (picture as Grey); // bytes were decoded just above
  const square = stretch(grey, size);
  const { fullWidth: width, fullHeight: height } = small ?? { fullWidth: grey.width, fullHeight: grey.height };
  return {
    size,
    rgb: threeChannels(await evened(square, size, normalise)),
    crop: { left: 0, top: 0, width, height },
    width,
    height,
    quality: measureFilm(square, size, small ? saturation(small.rgb) : 0),
  };
}

async function fundusSquare(small: SmallPicture, size: number): Promise<Prepared> {
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

async function evened(
  square: Uint8Array,
  size: number,
  normalise: NonNullable<ChestManifest['input']['normalise']>,
): Promise<Uint8Array> {
  if (normalise === 'none') return square;
  if (normalise === 'histogram') return equaliseHistogram(square);
  const tile = Math.ceil(size / 8);
  return await sharp(square, { raw: { width: size, height: size, channels: 1 } })
    .clahe({ width: tile, height: tile, maxSlope: 2 })
    .extractChannel(0)
    .raw()
    .toBuffer();
}

/** Rec. 601 luma, rounded, as OpenCV and Pillow have it. */
function greyOf(rgb: Uint8Array): Uint8Array {
  const out = new Uint8Array(rgb.length / 3);
  for (let i = 0, j = 0; i < out.length; i++, j += 3)
    out[i] = Math.round(0.299 * (rgb[j] ?? 0) + 0.587 * (rgb[j + 1] ?? 0) + 0.114 * (rgb[j + 2] ?? 0));
  return out;
}

/** Mean of (brightest - darkest channel) / brightest over what is not black. */
function saturation(rgb: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    const [r = 0, g = 0, b = 0] = [rgb[i], rgb[i + 1], rgb[i + 2]];
    const most = Math.max(r, g, b);
    if (most < 16) continue;
    count++;
    sum += (most - Math.min(r, g, b)) / most;
  }
  return sum / Math.max(1, count);
}

function colourOf({ data, width, height }: Grey): SmallPicture {
  return { rgb: threeChannels(data), width, height, fullWidth: width, fullHeight: height };
}
