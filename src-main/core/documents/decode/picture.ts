import sharp from 'sharp';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { limits } from '../limits.ts';
import type { Grey } from '../page.ts';
import { pixelAspect } from './tiff.ts';

export interface OpenPicture {
  pages: number;
  /** @param index from 0 */
  decode(index: number): Promise<Grey>;
}

/** Opens a JPEG, PNG or TIFF. Its size is read from the header and checked before any pixel. Throws `image-unreadable`, `image-too-large`. */
export async function openPicture(bytes: Uint8Array): Promise<OpenPicture> {
  const header = await sharp(bytes, { limitInputPixels: false }).metadata().catch(unreadable);
  checkSize(header.width, header.height);
  return { pages: header.pages ?? 1, decode: (index) => decode(bytes, index) };
}

async function decode(bytes: Uint8Array, page: number): Promise<Grey> {
  const header = await sharp(bytes, { page, limitInputPixels: false }).metadata().catch(unreadable);
  checkSize(header.width, header.height);
  const stretch = pixelAspect(bytes, page); // standard fax has half as many rows to the inch as columns
  const shrink = Math.min(1, Math.sqrt(limits.workingPixels / (header.width * header.height * stretch)));
  const [width, height] = [header.autoOrient.width * shrink, header.autoOrient.height * shrink * stretch];
  const picture = sharp(bytes, { page, limitInputPixels: limits.pixels, failOn: 'truncated' })
    .rotate() // as the camera's EXIF tag says
    .flatten({ background: '#ffffff' })
    .resize({ width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)), fit: 'fill' })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' });
  const { data, info } = await picture.toBuffer({ resolveWithObject: true }).catch(unreadable);
  const pixels = info.width * info.height;
  if (info.channels === 1)
    return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, pixels).slice() };
  const first = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) first[i] = data[i * info.channels] ?? 0;
  return { width: info.width, height: info.height, data: first };
}

function checkSize(width: number, height: number): void {
  if (width * height <= limits.pixels) return;
  throw new AppError('image-too-large', { megapixels: Math.round((width * height) / 1e6), limit: limits.pixels / 1e6 });
}

/** libvips says in words what was wrong. */
function unreadable(cause: unknown): never {
  const said = cause instanceof Error ? cause.message : '';
  throw new AppError(
    /premature|truncat|unexpected end|end of (file|stream)|not enough/i.test(said) ? 'image-truncated' : 'image-unreadable',
    {},
    { cause },
  );
}
