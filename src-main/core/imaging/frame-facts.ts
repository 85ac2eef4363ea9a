/** Place, windows and rescaling: of a whole instance, or of each frame by functional groups (PS3.3 C.7.6.16). */
import type { ImagingInstance } from '../../../src-shared/contract/imaging.ts';
import type { FrameFacts } from './facts.ts';
import { clean } from './parse/charset.ts';
import type { DataSet } from './parse/data-set.ts';
import { itemOf, itemsOf, lineOf, numberOf, numbersOf, textsOf, uint16Of } from './parse/values.ts';

type FrameContent = Pick<FrameFacts, 'stack' | 'inStack' | 'index' | 'beyond' | 'time' | 'echoMs' | 'bValue'>;
type Geometry = Pick<ImagingInstance, 'position' | 'orientation' | 'spacing' | 'sliceThickness' | 'sliceLocation'>;

/** Directions must be unit vectors at right angles, within this. */
const ORTHOGONAL = 0.02;
const PRESETS_MAX = 16;

export function geometryOf(dataSet: DataSet): Geometry {
  return geometryFrom(dataSet, dataSet, dataSet);
}

function geometryFrom(place: DataSet | undefined, direction: DataSet | undefined, measures: DataSet | undefined): Geometry {
  const found: Geometry = {};
  const [x, y, z] = place ? numbersOf(place, 0x00200032) : [];
  if (x !== undefined && y !== undefined && z !== undefined) found.position = [x, y, z];
  const [a, b, c, d, e, f] = direction ? numbersOf(direction, 0x00200037) : [];
  if (a !== undefined && b !== undefined && c !== undefined && d !== undefined && e !== undefined && f !== undefined) {
    const right =
      Math.abs(Math.hypot(a, b, c) - 1) < ORTHOGONAL &&
      Math.abs(Math.hypot(d, e, f) - 1) < ORTHOGONAL &&
      Math.abs(a * d + b * e + c * f) < ORTHOGONAL;
    if (right) found.orientation = [a, b, c, d, e, f];
  }
  const [row, column] = measures ? numbersOf(measures, 0x00280030) : [];
  if (row !== undefined && column !== undefined && row > 0 && column > 0) found.spacing = [row, column];
  const thickness = measures ? numberOf(measures, 0x00180050) : undefined;
  if (thickness !== undefined && thickness > 0) found.sliceThickness = thickness;
  const location = place ? numberOf(place, 0x00201041) : undefined;
  if (location !== undefined) found.sliceLocation = location;
  return found;
}

/** Windows that have a width. */
export function windowsOf(dataSet: DataSet): ImagingInstance['windows'] {
  const centers = numbersOf(dataSet, 0x00281050);
  const widths = numbersOf(dataSet, 0x00281051);
  const explanations = textsOf(dataSet, 0x00281055);
  return centers
    .slice(0, PRESETS_MAX)
    .map((center, index) => ({
      center,
      width: widths[index] ?? 0,
      explanation: clean(explanations[index] ?? '').slice(0, 80) || undefined,
    }))
    .filter((window) => window.width > 0);
}

/** A slope of nought would make every value the same: it is taken as missing. */
export function rescaleOf(dataSet: DataSet): { slope: number; intercept: number } {
  return { slope: numberOf(dataSet, 0x00281053) || 1, intercept: numberOf(dataSet, 0x00281052) ?? 0 };
}

/** For each frame what differs; empty values where the file says nothing. */
export function frameFactsOf(dataSet: DataSet, frames: number): FrameFacts[] {
  const [shared] = itemsOf(dataSet, 0x52009229);
  const perFrame = itemsOf(dataSet, 0x52009230);
  const offsets = numbersOf(dataSet, 0x3004000c);
  const whole = geometryOf(dataSet);
  const group = (frame: DataSet | undefined, tag: number) => (frame && itemOf(frame, tag)) ?? (shared && itemOf(shared, tag));
  const wholeWindows = windowsOf(dataSet);
  const wholeRescale = rescaleOf(dataSet);
  const pointers = itemsOf(dataSet, 0x00209222).map((item) => numberOf(item, 0x00209165));
  return Array.from({ length: frames }, (_, index): FrameFacts => {
    const frame = perFrame[index];
    const found = geometryFrom(group(frame, 0x00209113), group(frame, 0x00209116), group(frame, 0x00289110));
    const voi = group(frame, 0x00289132);
    const rescale = group(frame, 0x00289145);
    const windows = voi ? windowsOf(voi) : [];
    const identified = group(frame, 0x0062000a);
    return {
      ...whole,
      ...doseGrid(whole, offsets[index]),
      ...found,
      windows: windows.length > 0 ? windows : wholeWindows,
      ...(rescale ? rescaleOf(rescale) : wholeRescale),
      ...contentOf(frame, group, pointers),
      segment: identified ? uint16Of(identified, 0x0062000b) : undefined,
    };
  });
}

/** Dimensions that say where a frame lies: stack, place in it, position. */
const PLACES: ReadonlySet<number | undefined> = new Set([0x00209056, 0x00209057, 0x00200032, 0x00209113]);

/** Which of the frames one is: by the file's own dimensions, otherwise by time, echo and b-value. */
function contentOf(
  frame: DataSet | undefined,
  group: (frame: DataSet | undefined, tag: number) => DataSet | undefined,
  pointers: readonly (number | undefined)[],
): FrameContent {
  const content = frame && itemOf(frame, 0x00209111);
  const [echo, diffusion] = [group(frame, 0x00189114), group(frame, 0x00189117)];
  const said = content ? numbersOf(content, 0x00209157) : [];
  const found: FrameContent = {
    stack: content && lineOf(content, 0x00209056)?.slice(0, 16),
    inStack: content && numberOf(content, 0x00209057),
    time: content && numberOf(content, 0x00209128),
    echoMs: echo && numberOf(echo, 0x00189082),
    bValue: diffusion && numberOf(diffusion, 0x00189087),
  };
  const fits = said.length > 0 && said.length === pointers.length;
  const others = [found.time, found.echoMs, found.bValue];
  return {
    ...found,
    ...(fits ? { index: said } : {}),
    ...(fits
      ? { beyond: said.filter((_, at) => !PLACES.has(pointers[at])) }
      : others.some((value) => value !== undefined)
        ? { beyond: others.map((value) => value ?? 0) }
        : {}),
  };
}

/** Frames of an RT dose lie behind each other along the normal (3004,000C). */
function doseGrid({ position, orientation }: Geometry, offset: number | undefined): Geometry {
  if (offset === undefined || !position || !orientation) return {};
  const [a, b, c, d, e, f] = orientation;
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d] as const;
  return { position: [position[0] + offset * normal[0], position[1] + offset * normal[1], position[2] + offset * normal[2]] };
}
