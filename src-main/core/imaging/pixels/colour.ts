/** Colour models of PS3.3 C.7.6.3.1.2, the retired ones too, as 8-bit RGB. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { StoredFrame } from './decode.ts';
import type { PixelModule } from './module.ts';

export type Colour = 'RGB' | 'YBR' | 'YBR_PARTIAL' | 'HSV';

/** What three values are: what the stream says of itself first, then the file. */
export function colourOf({ colour }: StoredFrame, { photometric }: PixelModule): Colour {
  if (colour === 'RGB' || photometric === 'YBR_RCT' || photometric === 'YBR_ICT') return 'RGB';
  if (photometric.startsWith('YBR_PARTIAL') && colour === undefined) return 'YBR_PARTIAL';
  if (colour === 'YBR' || photometric.startsWith('YBR')) return 'YBR';
  if (photometric === 'RGB' || photometric.startsWith('MONOCHROME')) return 'RGB';
  if (photometric === 'HSV') return 'HSV';
  throw new AppError('dicom-unsupported', { what: `the colour model ${photometric}` });
}

/** ITU-R BT.601 as in PS3.3 C.7.6.3.1.2. */
export function toRgb(values: Uint8Array, colour: Colour): Uint8Array {
  if (colour === 'RGB') return values;
  if (colour === 'HSV') return hsvToRgb(values);
  const partial = colour === 'YBR_PARTIAL';
  const [offset, gain, red, greenB, greenR, blue] = partial
    ? [16, 1.1644, 1.596, 0.3917, 0.813, 2.0173]
    : [0, 1, 1.402, 0.344136, 0.714136, 1.772];
  const rgb = new Uint8ClampedArray(values.length);
  for (let at = 0; at + 2 < values.length; at += 3) {
    const y = gain * ((values[at] ?? 0) - offset);
    const cb = (values[at + 1] ?? 0) - 128;
    const cr = (values[at + 2] ?? 0) - 128;
    rgb[at] = y + red * cr;
    rgb[at + 1] = y - greenB * cb - greenR * cr;
    rgb[at + 2] = y + blue * cb;
  }
  return new Uint8Array(rgb.buffer);
}

/** Hue, saturation and value of 0 to 255 each (PS3.3-1998 C.7.6.3.1.2); six parts of the circle (Foley and van Dam, 1990, 13.3.4). */
function hsvToRgb(values: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(values.length);
  for (let at = 0; at + 2 < values.length; at += 3) {
    const [h, s, v] = [((values[at] ?? 0) / 256) * 6, (values[at + 1] ?? 0) / 255, values[at + 2] ?? 0];
    const part = Math.floor(h);
    const rest = h - part;
    const [low, falling, rising] = [v * (1 - s), v * (1 - s * rest), v * (1 - s * (1 - rest))];
    const [red, green, blue] = [
      [v, rising, low],
      [falling, v, low],
      [low, v, rising],
      [low, falling, v],
      [rising, low, v],
      [v, low, falling],
    ][part % 6] ?? [v, v, v];
    rgb[at] = red ?? 0;
    rgb[at + 1] = green ?? 0;
    rgb[at + 2] = blue ?? 0;
  }
  return rgb;
}

/**
 * Four values a pixel. CMYK: none of an ink is 0. ARGB: where A is not 0 it is looked up in the palette instead.
 * @throws AppError `dicom-unsupported`
 */
export function fourToRgb(
  values: Uint8Array,
  photometric: string,
  palette: { first: number; entries: Uint8Array }[] | undefined,
): Uint8Array {
  if (photometric !== 'CMYK' && photometric !== 'ARGB')
    throw new AppError('dicom-unsupported', { what: `the colour model ${photometric} with four values a pixel` });
  const pixels = Math.floor(values.length / 4);
  const rgb = new Uint8ClampedArray(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const [a, own, k] = [values[pixel * 4] ?? 0, values[pixel * 4 + channel] ?? 0, values[pixel * 4 + 3] ?? 0];
      const table = palette?.[channel];
      rgb[pixel * 3 + channel] =
        photometric === 'CMYK'
          ? 255 - own - k
          : a > 0 && table
            ? (table.entries[Math.min(table.entries.length - 1, Math.max(0, a - table.first))] ?? 0)
            : (values[pixel * 4 + 1 + channel] ?? 0);
    }
  }
  return new Uint8Array(rgb.buffer);
}
