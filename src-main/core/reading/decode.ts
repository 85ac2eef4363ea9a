/** Opens photographs that may be hostile: known formats only, size checked in the header before a pixel is decoded. */
import sharp from 'sharp';
import { AppError } from '../../../src-shared/errors/index.ts';

/** Largest picture that is decoded, in pixels: about twice what the largest clinical cameras make. */
export const PIXELS_MAX = 160_000_000;

export interface SmallPicture {
  /** width * height * 3 bytes, RGB interleaved. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Upright size before shrinking, in pixels. */
  readonly fullWidth: number;
  readonly fullHeight: number;
}

/**
 * Decodes a JPEG, PNG or TIFF upright (EXIF orientation) and no larger than `side`; JPEG is shrunk while it is decoded.
 * The contents decide the format, never the file's name. Of a TIFF of several pages the first is taken.
 */
export async function decodeSmall(bytes: Uint8Array, side: number): Promise<SmallPicture> {
  if (bytes.length === 0) throw new AppError('image-empty');
  if (!knownFormat(bytes)) throw new AppError('image-unsupported');
  if (tiffBreaksOff(bytes)) throw new AppError('image-truncated');
  const open = () => sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: 'truncated' });
  try {
    const { width, height, orientation } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (width * height > PIXELS_MAX) throw tooLarge(width * height);
    const { data, info } = await open()
      .autoOrient()
      .flatten({ background: '#000' })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const turned = (orientation ?? 1) >= 5;
    return {
      rgb: info.channels === 3 ? data : spread(data, info.channels),
      width: info.width,
      height: info.height,
      fullWidth: turned ? height : width,
      fullHeight: turned ? width : height,
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(codeOf(error), {}, { cause: error });
  }
}

/** JPEG, PNG, TIFF (classic and BigTIFF, both byte orders) by their first bytes; anything else never reaches a decoder. */
export function knownFormat(b: Uint8Array): boolean {
  if (b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff) return true;
  if (b[0] === 0x89 && b[1] === 0x50 && b[2] === 0x4e && b[3] === 0x47) return true;
  if (b[0] === 0x49 && b[1] === 0x49 && (b[2] === 0x2a || b[2] === 0x2b) && b[3] === 0) return true;
  return b[0] === 0x4d && b[1] === 0x4d && b[2] === 0 && (b[3] === 0x2a || b[3] === 0x2b);
}

/** A classic TIFF whose first directory would lie beyond the end of the file; libvips calls that an unknown format. */
function tiffBreaksOff(b: Uint8Array): boolean {
  const little = b[0] === 0x49 && b[2] === 0x2a;
  if (!little && !(b[0] === 0x4d && b[3] === 0x2a)) return false;
  return b.length < 8 || new DataView(b.buffer, b.byteOffset).getUint32(4, little) + 6 > b.length;
}

function tooLarge(pixels: number): AppError {
  return new AppError('image-too-large', { megapixels: Math.round(pixels * 1e-6), limit: `${PIXELS_MAX * 1e-6} megapixels` });
}

/** libvips names the failure only in its text. */
function codeOf(error: unknown): 'image-truncated' | 'image-unreadable' {
  const text = error instanceof Error ? error.message : '';
  if (/premature|truncat|end of (file|stream|image|data)|unexpected end|eof|out of data|too short|read error/i.test(text))
    return 'image-truncated';
  return 'image-unreadable';
}

/** One or two channels (grey, grey with alpha) to three. */
function spread(data: Uint8Array, channels: number): Uint8Array {
  const count = data.length / channels;
  const out = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) out.fill(data[i * channels] ?? 0, i * 3, i * 3 + 3);
  return out;
}
