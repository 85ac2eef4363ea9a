/** Where the pixels of a picture lie in the patient. Points of a picture are (column, row) from its top left corner, as DICOM's SCOORD has them (PS3.3 C.18.6). */
import type { ImagingInstance } from '../../src-shared/contract/imaging.ts';

export type Vector = readonly [number, number, number];
export type Point = readonly [number, number];

/** What a distance on the picture means. */
export type Calibration =
  /** Millimetres in the patient. */
  | 'patient'
  /** Millimetres at the detector: what lies nearer to the tube is smaller than it looks. */
  | 'detector'
  /** Nothing is known: pixels. */
  | 'none';

export interface Plane {
  origin: Vector;
  /** Direction of a row, that is, to the right. */
  right: Vector;
  /** Direction of a column, that is, downwards. */
  down: Vector;
  /** Distance between rows, then between columns; 1 where nothing is known. */
  spacing: Point;
  calibration: Calibration;
  /** Whether origin and directions are those of the patient. */
  placed: boolean;
}

/** Shadows on a detector: CR, DX, mammography, intra-oral; angiography and fluoroscopy. */
const PROJECTION = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(1|1\.[123](\.1)?|12\.[123])$/;

type Placing = Pick<ImagingInstance, 'position' | 'orientation' | 'spacing'>;

/** The plane of one frame; what a multi-frame file says of the frame goes before what it says of all. */
export function planeOf(instance: ImagingInstance, frame?: Placing): Plane {
  const position = frame?.position ?? instance.position;
  const orientation = frame?.orientation ?? instance.orientation;
  const { spacing, calibration } = spacingOf(instance, frame);
  const placed = position !== undefined && orientation !== undefined;
  const [rx, ry, rz, dx, dy, dz] = orientation ?? [1, 0, 0, 0, 1, 0];
  return { origin: position ?? [0, 0, 0], right: unit([rx, ry, rz]), down: unit([dx, dy, dz]), spacing, calibration, placed };
}

function spacingOf(instance: ImagingInstance, frame: Placing | undefined): Pick<Plane, 'spacing' | 'calibration'> {
  const { imagerSpacing, ultrasoundSpacing, spacingCalibration, sopClass } = instance;
  const spacing = valid(frame?.spacing) ?? valid(instance.spacing);
  const detector = valid(imagerSpacing);
  if (spacing) {
    // Equal to the detector's, or all that a projection says, and nobody says that it was corrected: it was not (PS3.3 10.7.1.3).
    const corrected = detector ? !close(spacing[0], detector[0]) || !close(spacing[1], detector[1]) : !PROJECTION.test(sopClass);
    return { spacing, calibration: corrected || spacingCalibration ? 'patient' : 'detector' };
  }
  const ultrasound = valid(ultrasoundSpacing);
  if (ultrasound) return { spacing: ultrasound, calibration: 'patient' };
  if (detector) return { spacing: detector, calibration: 'detector' };
  const aspect = valid(instance.pixelAspect);
  return { spacing: aspect ? [aspect[0] / aspect[1], 1] : [1, 1], calibration: 'none' };
}

function valid(spacing: readonly [number, number] | undefined): Point | undefined {
  return spacing && spacing[0] > 0 && spacing[1] > 0 && Number.isFinite(spacing[0] * spacing[1]) ? spacing : undefined;
}

export function pixelToWorld(plane: Plane, [column, row]: Point): Vector {
  return add(add(plane.origin, scaled(plane.right, column * plane.spacing[1])), scaled(plane.down, row * plane.spacing[0]));
}

/** Where a point lies on the picture, after going straight onto its plane. */
export function worldToPixel(plane: Plane, point: Vector): Point {
  const from = minus(point, plane.origin);
  return [dot(from, plane.right) / plane.spacing[1], dot(from, plane.down) / plane.spacing[0]];
}

export function normalOf(plane: Plane): Vector {
  return cross(plane.right, plane.down);
}

/**
 * Where one picture cuts another: the two ends of the line on the second, in its pixels; undefined where they are parallel or do not meet.
 * @param size columns and rows of the cutting picture
 */
export function crossing(cutting: Plane, size: Point, shown: Plane): readonly [Point, Point] | undefined {
  const normal = normalOf(shown);
  // The more parallel, the longer and the less meaningful the line: 10 degrees are asked for.
  if (Math.abs(dot(normal, normalOf(cutting))) > Math.cos((10 * Math.PI) / 180)) return undefined;
  const [columns, rows] = size;
  const corners = (
    [
      [0, 0],
      [columns, 0],
      [columns, rows],
      [0, rows],
    ] as const
  ).map((corner) => pixelToWorld(cutting, corner));
  const heights = corners.map((corner) => dot(minus(corner, shown.origin), normal));
  const meets: Point[] = [];
  for (const [index, corner] of corners.entries()) {
    const next = corners[(index + 1) % 4];
    const height = heights[index] ?? 0;
    const nextHeight = heights[(index + 1) % 4] ?? 0;
    if (!next || height * nextHeight > 0 || height === nextHeight) continue;
    const share = height / (height - nextHeight);
    meets.push(worldToPixel(shown, add(corner, scaled(minus(next, corner), share))));
  }
  const [first, ...others] = meets;
  if (!first) return undefined;
  // A line through a corner meets two sides in one point.
  const second = others.sort((one, other) => distance(other, first) - distance(one, first))[0];
  return second && distance(first, second) > 0 ? [first, second] : undefined;
}

/** Where a plane lies along the axis of the patient that it cuts most squarely, in millimetres: from right to left, from front to back, or from feet to head. */
export function placeOf(plane: Plane): number | undefined {
  if (!plane.placed) return undefined;
  const along = normalOf(plane).map(Math.abs);
  return plane.origin[along.indexOf(Math.max(...along))];
}

/** The letters towards which a direction goes, the strongest first: A anterior, P posterior, L left, R right, H head, F feet. */
export function letters(direction: Vector): string {
  const named = [
    { size: Math.abs(direction[0]), letter: direction[0] > 0 ? 'L' : 'R' },
    { size: Math.abs(direction[1]), letter: direction[1] > 0 ? 'P' : 'A' },
    { size: Math.abs(direction[2]), letter: direction[2] > 0 ? 'H' : 'F' },
  ].sort((one, other) => other.size - one.size);
  // Below sin 15 degrees a tilt is not named.
  return named
    .filter(({ size }, index) => index === 0 || size > 0.26)
    .map(({ letter }) => letter)
    .join('');
}

const opposites: Readonly<Record<string, string>> = { A: 'P', P: 'A', L: 'R', R: 'L', H: 'F', F: 'H' };

export function opposite(named: string): string {
  return [...named].map((letter) => opposites[letter] ?? letter).join('');
}

export interface Turn {
  /** Clockwise, in degrees: 0, 90, 180 or 270. */
  rotation: number;
  flipHorizontal: boolean;
  flipVertical: boolean;
}

export interface Edges {
  left: string;
  right: string;
  top: string;
  bottom: string;
}

/** Letters at the edges of the screen; undefined where the picture does not say how it lies. */
export function edgesOf(plane: Plane, patientOrientation: string | undefined, turn: Turn): Edges | undefined {
  const [rowTo, columnTo] = plane.placed ? [letters(plane.right), letters(plane.down)] : (patientOrientation?.split('\\') ?? []);
  if (!rowTo || !columnTo) return undefined;
  const [right, left] = turn.flipHorizontal ? [opposite(rowTo), rowTo] : [rowTo, opposite(rowTo)];
  const [bottom, top] = turn.flipVertical ? [opposite(columnTo), columnTo] : [columnTo, opposite(columnTo)];
  const around = [top, right, bottom, left];
  const quarters = Math.round(turn.rotation / 90) % 4;
  // Turned clockwise, what was at the left comes to the top.
  const at = (place: number) => around[(place - quarters + 8) % 4] ?? '';
  return { top: at(0), right: at(1), bottom: at(2), left: at(3) };
}

export function add(one: Vector, other: Vector): Vector {
  return [one[0] + other[0], one[1] + other[1], one[2] + other[2]];
}

export function minus(one: Vector, other: Vector): Vector {
  return [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
}

export function scaled(one: Vector, by: number): Vector {
  return [one[0] * by, one[1] * by, one[2] * by];
}

export function dot(one: Vector, other: Vector): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

export function cross(one: Vector, other: Vector): Vector {
  return [one[1] * other[2] - one[2] * other[1], one[2] * other[0] - one[0] * other[2], one[0] * other[1] - one[1] * other[0]];
}

function unit(one: Vector): Vector {
  const length = Math.hypot(...one);
  return length > 0 ? scaled(one, 1 / length) : one;
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

function close(one: number, other: number): boolean {
  return Math.abs(one - other) < 1e-4 * Math.max(one, other);
}
