/** From stored values to the grey of the screen: windows, presets and the table by which a picture is drawn. */
import type { FrameHeader } from '../../src-shared/contract/imaging.ts';

export interface Window {
  center: number;
  width: number;
}

/** A preset of a modality; its name is a text of the page. */
export interface Preset {
  name: 'brain' | 'lung' | 'bone' | 'abdomen' | 'mediastinum' | 'own' | 'full' | 'narrow' | 'wide' | 'middle';
  /** Absent: taken from the picture. */
  window?: Window;
}

/** Hounsfield windows as common in radiology departments (width / centre): brain 80/40, lung 1500/-600, bone 2000/400, abdomen 400/40, mediastinum 350/50. */
const ct: readonly Preset[] = [
  { name: 'brain', window: { center: 40, width: 80 } },
  { name: 'lung', window: { center: -600, width: 1500 } },
  { name: 'bone', window: { center: 400, width: 2000 } },
  { name: 'abdomen', window: { center: 40, width: 400 } },
  { name: 'mediastinum', window: { center: 50, width: 350 } },
];
const others: readonly Preset[] = [{ name: 'own' }, { name: 'full' }, { name: 'narrow' }, { name: 'middle' }, { name: 'wide' }];

/** What the keys 1 to 5 do. */
export function presetsOf(modality: string): readonly Preset[] {
  return modality === 'CT' ? ct : others;
}

/** The window that the file asks for, else one around what most pixels hold. */
export function ownWindow(header: Pick<FrameHeader, 'windows' | 'samples'>, spread: Spread): Window {
  if (header.samples > 1) return { center: 127.5, width: 256 };
  const given = header.windows.find(({ width }) => width > 0);
  if (given) return { center: given.center, width: given.width };
  // Of a mask that is nearly empty the usual values are all one.
  return spread.high > spread.low ? within(spread.low, spread.high) : within(spread.smallest, spread.largest);
}

/** The table that the file asks for, where it asks for no window: a table may turn light and dark around (PS3.3 C.11.2.1.1). */
export function ownTable({
  samples,
  windows,
  voiTables,
}: Pick<FrameHeader, 'samples' | 'windows' | 'voiTables'>): Shown['table'] {
  return samples === 1 && !windows.some(({ width }) => width > 0) ? voiTables[0] : undefined;
}

/** The narrowest window that a picture of these values can use: one step of its values, and no more than 1. */
export function narrowest({ slope }: Pick<FrameHeader, 'slope'>): number {
  return Math.min(1, Math.abs(slope));
}

/** The window of a preset on a picture. */
export function windowOf(preset: Preset, own: Window, spread: Spread): Window {
  if (preset.window) return preset.window;
  const full = within(spread.smallest, spread.largest);
  const typical = within(spread.low, spread.high);
  switch (preset.name) {
    case 'full':
      return full;
    case 'narrow':
      return { center: typical.center, width: typical.width / 2 };
    case 'middle':
      return typical;
    case 'wide':
      return { center: typical.center, width: typical.width * 1.5 };
    default:
      return own;
  }
}

/** Values of some pictures (maps, doses) lie within less than 1. */
function within(low: number, high: number): Window {
  return { center: (low + high) / 2, width: high > low ? high - low : 1 };
}

/** How the rescaled values of a picture are spread. */
export interface Spread {
  smallest: number;
  largest: number;
  /** 1 and 99 of 100 pixels lie below. */
  low: number;
  high: number;
}

const SAMPLES_MAX = 20_000;

export function spreadOf(values: ArrayLike<number>, { slope, intercept, padding, smallest, largest }: FrameHeader): Spread {
  const step = Math.max(1, Math.floor(values.length / SAMPLES_MAX));
  const looked: number[] = [];
  for (let index = 0; index < values.length; index += step) {
    const value = values[index] ?? 0;
    if (padding && value >= padding[0] && value <= padding[1]) continue;
    looked.push(value);
  }
  looked.sort((one, other) => one - other);
  const rescaled = (value: number) => value * slope + intercept;
  const at = (share: number) => looked[Math.round(share * (looked.length - 1))] ?? 0;
  const [one, other] = [rescaled(smallest), rescaled(largest)];
  const [low, high] = [rescaled(at(0.01)), rescaled(at(0.99))];
  return { smallest: Math.min(one, other), largest: Math.max(one, other), low: Math.min(low, high), high: Math.max(low, high) };
}

export interface Shown extends Window {
  /** On top of what the photometric interpretation asks for. */
  invert: boolean;
  /** A table of the file instead of the window. */
  table?: FrameHeader['voiTables'][number];
  /** Overlay planes of the file lie over it; unless said otherwise, they do. */
  planes?: boolean;
}

/** 0 (black) to 255 for a rescaled value (PS3.3 C.11.2.1.2). */
export function greyOf({ center, width }: Window, how: FrameHeader['voiFunction'], value: number): number {
  if (how === 'SIGMOID') return 255 / (1 + Math.exp((-4 * (value - center)) / width));
  const share =
    how === 'LINEAR_EXACT'
      ? (value - center) / width + 0.5
      : width <= 1
        ? value > center - 0.5
          ? 1
          : 0
        : (value - (center - 0.5)) / (width - 1) + 0.5;
  return 255 * Math.min(1, Math.max(0, share));
}

/**
 * A table from stored value (less `smallest`) to a pixel of the screen (red, green, blue, opaque, as a little endian word).
 * @param header of a grey picture whose values are whole numbers
 */
export function greyTable(header: FrameHeader, shown: Shown): Uint32Array {
  const { smallest, largest, slope, intercept, photometric, padding, voiFunction } = header;
  const dark = (photometric === 'MONOCHROME1') !== shown.invert;
  const table = new Uint32Array(largest - smallest + 1);
  const grey = shown.table ? tableGrey(shown.table) : (value: number) => greyOf(shown, voiFunction, value);
  for (let stored = smallest; stored <= largest; stored++) {
    const level = Math.round(grey(stored * slope + intercept));
    const seen = padding && stored >= padding[0] && stored <= padding[1] ? 0 : dark ? 255 - level : level;
    table[stored - smallest] = 0xff000000 | (seen << 16) | (seen << 8) | seen;
  }
  return table;
}

function tableGrey({ first, bits, entries }: FrameHeader['voiTables'][number]): (value: number) => number {
  const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  const last = entries.byteLength / 2 - 1;
  const top = 2 ** Math.min(16, Math.max(1, bits)) - 1;
  return (value) => (255 * view.getUint16(2 * Math.min(last, Math.max(0, Math.round(value - first))), true)) / top;
}

/** The same for each channel of a colour picture of 8 bits. */
export function colourTable({ center, width, invert }: Shown): Uint8Array {
  const table = new Uint8Array(256);
  for (let value = 0; value < 256; value++) {
    // 127.5/256 leaves every value as it is.
    const level = Math.min(255, Math.max(0, ((value - center) / width) * 256 + 127.5));
    table[value] = Math.round(invert ? 255 - level : level);
  }
  return table;
}
