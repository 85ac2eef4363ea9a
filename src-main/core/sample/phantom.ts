/** A chest that nobody has: a volume drawn from ellipses, for trying windows, cuts and measurements. Lengths in millimetres, x to the patient's left, y to the back, z from the top down. */
import { type Dice, dice } from './dice.ts';

export interface Phantom {
  /** Rows and columns. */
  size: number;
  /** Between pixels. */
  spacing: number;
  /** Radius of the round shadow in the left lung, to be measured and compared. */
  noduleRadius: number;
}

/** Hounsfield units. */
const AIR = -1000;
const LUNG = -850;
const FAT = -100;
const SOFT = 40;
const MARROW = 180;
const BONE = 480;

const NODULE: Point = [82, -8, 104];
const NOISE_HU = 11;
type Point = readonly [number, number, number];
interface Vessel {
  from: Point;
  to: Point;
  radius: number;
}

/** The height of the chest that is drawn. */
export const HEIGHT_MM = 180;

/** Draws slices of one and the same chest. @returns the slice at a height, in Hounsfield units plus 1024, 12 bits */
export function drawPhantom({ size, spacing, noduleRadius }: Phantom, seed: number): (z: number) => Uint16Array {
  const chance = dice(seed);
  const vessels = vesselsOf(chance);
  const noise = Int16Array.from({ length: 8191 }, () => Math.round(chance.normal(0, NOISE_HU)));
  let drawn = 0;
  return (z) => {
    const values = new Uint16Array(size * size);
    const near = vessels.filter(
      ({ from, to, radius }) => z > Math.min(from[2], to[2]) - radius && z < Math.max(from[2], to[2]) + radius,
    );
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const [x, y] = [(column - (size - 1) / 2) * spacing, (row - (size - 1) / 2) * spacing];
        const hu = tissue([x, y, z], near, noduleRadius) + (noise[(drawn++ * 7919) % noise.length] ?? 0);
        values[row * size + column] = Math.max(0, Math.min(4095, hu + 1024));
      }
    }
    return values;
  };
}

function tissue(at: Point, vessels: readonly Vessel[], noduleRadius: number): number {
  const [x, y, z] = at;
  const body = inEllipse(x, y, 0, 0, 162, 108);
  // The couch, and the air around.
  if (body > 1) return Math.abs(y - 122 - (x * x) / 2400) < 3 && Math.abs(x) < 170 ? -250 : AIR;
  if (distance(at, NODULE) < noduleRadius) return 30;
  if (airway(x, y, z)) return AIR;
  const spine = vertebra(x, y, z);
  if (spine !== undefined) return spine;
  if (rib(x, y, z, body) || (inEllipse(x, y, 0, -92, 20, 6) < 1 && z > 20)) return BONE;
  if (inEllipsoid(at, [24, -28, 128], [58, 46, 50]) < 1 || aorta(x, y, z)) return SOFT + 8;
  if (lung(x, y, z)) return vessels.some((vessel) => inVessel(at, vessel)) ? SOFT : LUNG;
  // The dome of the liver, right and below.
  if (inEllipsoid(at, [-70, 10, 205], [75, 80, 62]) < 1) return 60;
  return body > 0.8 ? FAT : SOFT;
}

function lung(x: number, y: number, z: number): boolean {
  const height = 1 - ((z - 98) / 108) ** 2;
  if (height <= 0) return false;
  const wide = Math.sqrt(height);
  return inEllipse(Math.abs(x), y, 72, -2, 54 * wide, 78 * wide) < 1;
}

/** Windpipe down to 78 mm, then its two branches. */
function airway(x: number, y: number, z: number): boolean {
  if (z < 78) return Math.hypot(x, y - 12) < 8.5;
  return z < 102 && Math.hypot(Math.abs(x) - (z - 78) * 1.3, y - 12) < 6;
}

function aorta(x: number, y: number, z: number): boolean {
  const descending = z > 62 && Math.hypot(x - 22, y - 44) < 11.5;
  const arch = Math.abs(z - 58) < 11 && Math.abs(Math.hypot(x - 10, y - 10) - 30) < 10 && x > -12;
  return descending || arch;
}

function vertebra(x: number, y: number, z: number): number | undefined {
  if (Math.hypot(x, y - 88) < 7.5) return 20;
  const body = inEllipse(x, y, 0, 66, 17, 14);
  // A disc every 26 mm.
  const disc = z % 26 < 5;
  if (body < 1) return disc ? 90 : body > 0.78 ? BONE : MARROW;
  const arch = Math.abs(Math.hypot(x, y - 88) - 10) < 3 || (Math.abs(x) < 3 && y > 96 && y < 108);
  return arch && !disc ? BONE - 80 : undefined;
}

/** Bands within the chest wall that go down from the back to the front. */
function rib(x: number, y: number, z: number, body: number): boolean {
  if (body < 0.78 || body > 0.88) return false;
  const round = Math.abs(Math.atan2(x, y)) / Math.PI;
  return (z + 200 - round * 60) % 24 < 8;
}

/** From each hilum outward and into twigs, thinner each time. */
function vesselsOf(chance: Dice): Vessel[] {
  const all: Vessel[] = [];
  const grow = (from: Point, towards: Point, radius: number, left: number) => {
    const to: Point = [from[0] + towards[0], from[1] + towards[1], from[2] + towards[2]];
    all.push({ from, to, radius });
    if (left === 0) return;
    for (let twig = 0; twig < 2; twig++) {
      const turned = (part: number) => part * 0.72 + chance.normal(0, 9);
      grow(to, [turned(towards[0]), turned(towards[1]), turned(towards[2])], radius * 0.68, left - 1);
    }
  };
  for (const side of [-1, 1])
    for (const [y, z] of [
      [-24, -20],
      [20, -16],
      [-18, 22],
      [24, 26],
    ] as const)
      grow([side * 36, 4, 92], [side * 22, y, z], 4.6, 4);
  return all;
}

function inVessel(at: Point, { from, to, radius }: Vessel): boolean {
  const along: Point = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const rest: Point = [at[0] - from[0], at[1] - from[1], at[2] - from[2]];
  const dot = (one: Point, other: Point) => one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
  const part = Math.min(1, Math.max(0, dot(rest, along) / dot(along, along)));
  return Math.hypot(rest[0] - part * along[0], rest[1] - part * along[1], rest[2] - part * along[2]) < radius;
}

/** Below 1: inside. */
const inEllipse = (x: number, y: number, left: number, top: number, a: number, b: number) =>
  ((x - left) / a) ** 2 + ((y - top) / b) ** 2;
const inEllipsoid = (at: Point, middle: Point, [a, b, c]: Point) =>
  ((at[0] - middle[0]) / a) ** 2 + ((at[1] - middle[1]) / b) ** 2 + ((at[2] - middle[2]) / c) ** 2;
const distance = (one: Point, other: Point) => Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
