/** Segmentation objects (PS3.3 A.51): their segments, and which picture each frame was drawn on. Runs in a worker. */
import type { ImagingSegmentation } from '../../../../src-shared/contract/imaging.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { FrameFacts } from '../facts.ts';
import { frameFactsOf } from '../frame-facts.ts';
import { limits } from '../limits.ts';
import type { DataSet } from '../parse/data-set.ts';
import { openDicom } from '../parse/part10.ts';
import { itemOf, itemsOf, lineOf, numberOf, numbersOf, uidOf, uint16Of } from '../parse/values.ts';

export type Segment = ImagingSegmentation['segments'][number];

export interface SegmentationFrame extends Pick<FrameFacts, 'position' | 'orientation' | 'spacing' | 'sliceThickness'> {
  /** None in a map of labels, whose values are the segments. */
  segment?: number | undefined;
  /** Which of `uids`, and which of its frames where it has several. */
  sources: { uid: number; frame?: number }[];
}

export interface Segmentation {
  kind: ImagingSegmentation['kind'];
  /** Of a fractional one: the value that is the whole. */
  maximum: number;
  label: string;
  /** Tiles of a slide: they lie on no cut of a body. */
  tiled: boolean;
  frameOfReference?: string | undefined;
  segments: Segment[];
  /** Numbers of the series that it says it refers to. */
  series: string[];
  uids: string[];
  frames: SegmentationFrame[];
}

const SEGMENTS_MAX = 1_000;
/** Pictures that all frames name together, each frame of a picture counted: 500 frames of a series of 500. Frames that name theirs beyond it lie by their place. */
const SOURCES_MAX = 250_000;

/** @throws AppError `dicom-unsupported`, `file-too-large` */
export function readSegmentation(bytes: Uint8Array): Segmentation {
  const { dataSet } = openDicom(bytes);
  const type = lineOf(dataSet, 0x00620001);
  const listed = itemsOf(dataSet, 0x00620002);
  if (!type && listed.length === 0) throw new AppError('dicom-unsupported', { what: 'something else than a segmentation' });
  const count = Math.max(1, numberOf(dataSet, 0x00280008) ?? 1);
  if (count > limits.frames) throw new AppError('file-too-large', { size: `${count} frames`, limit: `${limits.frames} frames` });
  const { uids, sources } = sourcesOf(dataSet, count);
  return {
    kind: type === 'FRACTIONAL' ? 'fractional' : type === 'LABELMAP' ? 'labels' : 'binary',
    maximum: Math.max(1, uint16Of(dataSet, 0x0062000e) ?? 255),
    label: lineOf(dataSet, 0x00700080)?.slice(0, 100) ?? lineOf(dataSet, 0x0008103e)?.slice(0, 100) ?? '',
    tiled: lineOf(dataSet, 0x00209311)?.startsWith('TILED') ?? false,
    frameOfReference: uidOf(dataSet, 0x00200052),
    segments: listed.slice(0, SEGMENTS_MAX).flatMap((item) => segmentOf(item) ?? []),
    series: [...seriesIn(dataSet), ...itemsOf(dataSet, 0x00081200).flatMap(seriesIn)],
    uids,
    frames: frameFactsOf(dataSet, count).map(({ position, orientation, spacing, sliceThickness, segment }, index) => ({
      position,
      orientation,
      spacing,
      sliceThickness,
      segment,
      sources: sources[index] ?? [],
    })),
  };
}

function segmentOf(item: DataSet): Segment | undefined {
  const number = uint16Of(item, 0x00620004);
  if (number === undefined) return undefined;
  const meaning = itemOf(item, 0x0062000f);
  const made = lineOf(item, 0x00620008);
  const program = lineOf(item, 0x00620009)?.slice(0, 100);
  const [l, a, b] = numbersOf(item, 0x0062000d);
  return {
    number,
    label: (lineOf(item, 0x00620005) ?? (meaning && lineOf(meaning, 0x00080104)) ?? '').slice(0, 100),
    ...(made === 'MANUAL' || made === 'SEMIAUTOMATIC' || made === 'AUTOMATIC' ? { made } : {}),
    ...(program ? { program } : {}),
    ...(l === undefined || a === undefined || b === undefined ? {} : { colour: screenColour(l, a, b) }),
  };
}

const seriesIn = (dataSet: DataSet) => itemsOf(dataSet, 0x00081115).flatMap((item) => uidOf(item, 0x0020000e) ?? []);

/** For each frame the pictures it was drawn on (Derivation Image, PS3.3 C.7.6.16.2.6). */
function sourcesOf(dataSet: DataSet, count: number): { uids: string[]; sources: SegmentationFrame['sources'][] } {
  const [shared] = itemsOf(dataSet, 0x52009229);
  const perFrame = itemsOf(dataSet, 0x52009230);
  const known = new Map<string, number>();
  let left = SOURCES_MAX;
  const sources = Array.from({ length: count }, (_, index) => {
    const group = perFrame[index];
    const own = group ? itemsOf(group, 0x00089124) : [];
    const derived = own.length > 0 ? own : shared ? itemsOf(shared, 0x00089124) : [];
    const images = left <= 0 ? [] : derived.flatMap((item) => itemsOf(item, 0x00082112)).slice(0, left);
    left -= images.length;
    return images.flatMap((image) => {
      const uid = uidOf(image, 0x00081155);
      if (uid === undefined) return [];
      const at = known.get(uid) ?? known.size;
      known.set(uid, at);
      const frames = numbersOf(image, 0x00081160).slice(0, Math.max(0, left) + 1);
      left -= Math.max(0, frames.length - 1);
      return frames.length === 0 ? [{ uid: at }] : frames.map((frame) => ({ uid: at, frame }));
    });
  });
  return { uids: [...known.keys()], sources };
}

/** D50, the white of the profile connection space in which the colour stands (PS3.3 C.10.7.1.1). */
const WHITE = [0.9642, 1, 0.8249] as const;

/** CIELab as three 16-bit numbers (L from 0 to 100, a and b from -128 to 127) to red, green and blue of sRGB. */
export function screenColour(l: number, a: number, b: number): [number, number, number] {
  const light = ((l / 65535) * 100 + 16) / 116;
  const share = (value: number) => (value / 65535) * 255 - 128;
  const cubed = (value: number) => (value > 6 / 29 ? value ** 3 : 3 * (6 / 29) ** 2 * (value - 4 / 29));
  const x = WHITE[0] * cubed(light + share(a) / 500);
  const y = WHITE[1] * cubed(light);
  const z = WHITE[2] * cubed(light - share(b) / 200);
  // XYZ under D50 to linear sRGB (Bradford): Lindbloom, http://www.brucelindbloom.com/index.html?Eqn_RGB_XYZ_Matrix.html
  const linear = [
    3.1338561 * x - 1.6168667 * y - 0.4906146 * z,
    -0.9787684 * x + 1.9161415 * y + 0.033454 * z,
    0.0719453 * x - 0.2289914 * y + 1.4052427 * z,
  ];
  const [red = 0, green = 0, blue = 0] = linear.map((value) => {
    const gamma = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.min(1, Math.max(0, gamma)));
  });
  return [red, green, blue];
}
