/** Distances, angles, areas and densities on a picture. Points are (column, row) from the top left corner. */
import type { Plane, Point } from './plane.ts';

export interface Quantity {
  value: number;
  /** UCUM: mm, deg, mm2, [hnsf'U]; {pixel} where nothing is calibrated. */
  unit: string;
}

type Spaced = Pick<Plane, 'spacing' | 'calibration'>;

export function lengthOf(plane: Spaced, from: Point, to: Point): Quantity {
  const [x, y] = apart(plane, from, to);
  return { value: Math.hypot(x, y), unit: plane.calibration === 'none' ? '{pixel}' : 'mm' };
}

/** The smaller angle at the second of three points. Pixels that are not square count as they are. */
export function angleOf(plane: Spaced, one: Point, corner: Point, other: Point): Quantity {
  const [ax, ay] = apart(plane, corner, one);
  const [bx, by] = apart(plane, corner, other);
  const angle = Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by));
  return { value: (angle * 180) / Math.PI, unit: 'deg' };
}

/** A region of interest: its middle and, from there, the halves of its two axes, in pixels. It may be turned. */
export interface Region {
  shape: 'ellipse' | 'rectangle';
  middle: Point;
  one: Point;
  other: Point;
}

/** From the ends of the axes (ellipse: two and two) or the corners (rectangle: top left, top right, bottom left, bottom right). */
export function regionOf(shape: Region['shape'], points: readonly Point[]): Region | undefined {
  const [a, b, c, d] = points;
  if (!a || !b || !c || !d) return undefined;
  const half = (from: Point, to: Point): Point => [(to[0] - from[0]) / 2, (to[1] - from[1]) / 2];
  if (shape === 'ellipse') return { shape, middle: between(a, b), one: half(c, d), other: half(a, b) };
  return { shape, middle: between(a, d), one: half(a, b), other: half(a, c) };
}

export function areaOf(plane: Spaced, { shape, one, other }: Region): Quantity {
  const [ax, ay] = apart(plane, [0, 0], one);
  const [bx, by] = apart(plane, [0, 0], other);
  const quarter = Math.abs(ax * by - ay * bx);
  return { value: quarter * (shape === 'ellipse' ? Math.PI : 4), unit: plane.calibration === 'none' ? '{pixel}2' : 'mm2' };
}

export interface Density {
  mean: number;
  deviation: number;
  smallest: number;
  largest: number;
  /** Pixels whose middle lies inside. */
  pixels: number;
}

export interface Pixels {
  values: ArrayLike<number>;
  columns: number;
  rows: number;
  slope: number;
  intercept: number;
}

/** Mean and spread of the rescaled values inside; undefined where no pixel's middle lies inside. */
export function densityOf({ values, columns, rows, slope, intercept }: Pixels, region: Region): Density | undefined {
  const { middle, one, other } = region;
  const across = one[0] * other[1] - one[1] * other[0];
  if (across === 0) return undefined;
  const reach: Point = [Math.abs(one[0]) + Math.abs(other[0]), Math.abs(one[1]) + Math.abs(other[1])];
  let pixels = 0;
  let mean = 0;
  let squares = 0;
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  const lastRow = Math.min(rows - 1, Math.ceil(middle[1] + reach[1]));
  const lastColumn = Math.min(columns - 1, Math.ceil(middle[0] + reach[0]));
  for (let row = Math.max(0, Math.floor(middle[1] - reach[1])); row <= lastRow; row++) {
    for (let column = Math.max(0, Math.floor(middle[0] - reach[0])); column <= lastColumn; column++) {
      const x = column + 0.5 - middle[0];
      const y = row + 0.5 - middle[1];
      // How far along each half axis.
      const u = (x * other[1] - y * other[0]) / across;
      const v = (y * one[0] - x * one[1]) / across;
      if (region.shape === 'ellipse' ? u * u + v * v > 1 : Math.abs(u) > 1 || Math.abs(v) > 1) continue;
      const value = (values[row * columns + column] ?? 0) * slope + intercept;
      pixels++;
      // Welford: exact for many and for large values.
      const before = value - mean;
      mean += before / pixels;
      squares += before * (value - mean);
      if (value < smallest) smallest = value;
      if (value > largest) largest = value;
    }
  }
  if (pixels === 0) return undefined;
  return { mean, deviation: pixels > 1 ? Math.sqrt(squares / (pixels - 1)) : 0, smallest, largest, pixels };
}

/** A length that is 1, 2 or 5 times a power of ten and at most so long: for the bar of scale. */
export function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  const share = most / power;
  return (share >= 5 ? 5 : share >= 2 ? 2 : 1) * power;
}

function between(one: Point, other: Point): Point {
  return [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
}

function apart({ spacing }: Spaced, from: Point, to: Point): Point {
  return [(to[0] - from[0]) * spacing[1], (to[1] - from[1]) * spacing[0]];
}
