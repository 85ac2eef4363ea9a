/** What stands beside a mark: lengths, angles, areas and densities with their units, worked out from its points. */
import { angleOf, areaOf, densityOf, lengthOf, type Quantity, regionOf } from './measure.ts';
import type { LoadedPicture, Picture } from './picture.ts';
import { pictureOf, pixelsOf } from './pictures.ts';
import { type Point, type Vector, worldToPixel } from './plane.ts';
import type { MarkTool } from './tools.ts';

/** What a mark says: lines of text, and the number that is kept with it. */
export interface Measured {
  lines: string[];
  value?: number;
  /** UCUM. */
  unit?: string;
}

/** Cornerstone's own data of a mark, as far as we read it. */
interface MarkData {
  handles: { points: readonly Vector[] };
}

/** The lines for Cornerstone to draw. */
export function textLinesOf(tool: MarkTool, data: MarkData, target: string): string[] | undefined {
  const id = target.replace(/^imageId:/, '');
  const picture = pictureOf(id);
  if (!picture) return undefined;
  const points = data.handles.points.map((point) => worldToPixel(picture.plane, point));
  return measured(tool, points, picture, pixelsOf(id)).lines;
}

/** What the points of a mark amount to on a picture; densities only where its pixels are there. */
export function measured(
  tool: MarkTool,
  points: readonly Point[],
  picture: Picture,
  loaded: LoadedPicture | undefined,
): Measured {
  const [one, other, third] = points;
  if (tool === 'Probe' && one) return probed(one, picture, loaded);
  if (tool === 'ArrowAnnotate' || !one || !other) return { lines: [] };
  const { plane } = picture;
  if (tool === 'Length') {
    const length = lengthOf(plane, one, other);
    return { lines: [`${shown(length)}${caution(picture)}`], ...length };
  }
  if (tool === 'Angle') {
    if (!third) return { lines: [] };
    const angle = angleOf(plane, one, other, third);
    return { lines: [shown(angle)], ...angle };
  }
  const region = regionOf(tool === 'EllipticalROI' ? 'ellipse' : 'rectangle', points);
  if (!region) return { lines: [] };
  const area = areaOf(plane, region);
  const header = loaded?.frame.header;
  const lines = [`${shown(area)}${caution(picture)}`];
  if (!loaded || loaded.small || !header || header.samples > 1) return { lines, ...area };
  const density = densityOf(
    { values: loaded.frame.values, columns: header.columns, rows: header.rows, slope: header.slope, intercept: header.intercept },
    region,
  );
  if (!density) return { lines, ...area };
  const unit = densityUnit(picture, header.unit);
  lines.push(
    `${number(density.mean)} ± ${number(density.deviation)}${unit}`,
    `${number(density.smallest)} … ${number(density.largest)}${unit}`,
  );
  const factor = uptakeFactor(picture);
  if (factor !== undefined) {
    const [mean, deviation, largest] = [density.mean, density.deviation, density.largest].map((one) => uptake(one * factor));
    lines.push(`SUVbw ${mean} ± ${deviation}, max ${largest} g/ml`);
  }
  return { lines, ...area };
}

/** What the pixel under a point holds. */
function probed([x, y]: Point, picture: Picture, loaded: LoadedPicture | undefined): Measured {
  const header = loaded?.frame.header;
  if (!loaded || loaded.small || !header) return { lines: [] };
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (column < 0 || row < 0 || column >= header.columns || row >= header.rows) return { lines: [] };
  const at = (row * header.columns + column) * header.samples;
  if (header.samples > 1) return { lines: [[0, 1, 2].map((channel) => loaded.frame.values[at + channel]).join(' · ')] };
  const value = (loaded.frame.values[at] ?? 0) * header.slope + header.intercept;
  const factor = uptakeFactor(picture);
  const lines = [`${number(value)}${densityUnit(picture, header.unit)}`];
  if (factor !== undefined) lines.push(`SUVbw ${uptake(value * factor)} g/ml`);
  return { lines, value, ...(header.unit === 'HU' ? { unit: "[hnsf'U]" } : {}) };
}

/** From the unit of the file to the uptake value by body weight; all slices of a cut share the factor of its series. */
function uptakeFactor({ from, cut }: Picture): number | undefined {
  const { uptake } = from?.instance ?? cut?.instance ?? {};
  return uptake && 'factor' in uptake ? uptake.factor : undefined;
}

/** g/ml, two decimals: what is compared lies between 0 and 20. */
const uptake = (value: number) => value.toFixed(2).replace('-', '−');

/** A detector's millimetres are marked: on the patient they are fewer. */
function caution({ plane }: Picture): string {
  return plane.calibration === 'detector' ? ' (detector)' : '';
}

function densityUnit({ modality }: Picture, unit: string | undefined): string {
  if (unit && unit !== 'US') return ` ${unitSigns[unit] ?? unit}`;
  return modality === 'CT' ? ' HU' : '';
}

/** Units of PET (PS3.3 C.8.9.1.1.3) as they are usually written. */
const unitSigns: Readonly<Record<string, string>> = { BQML: 'Bq/ml', GML: 'g/ml', CNTS: 'counts' };

const signs: Readonly<Record<string, string>> = { '{pixel}': 'px', '{pixel}2': 'px²', deg: '°', mm: 'mm', mm2: 'mm²' };

export function shown({ value, unit }: Quantity): string {
  if (unit === 'mm2' && value >= 100) return `${number(value / 100)} cm²`;
  const sign = signs[unit] ?? unit;
  return unit === 'deg' ? `${number(value)}${sign}` : `${number(value)} ${sign}`;
}

/** One decimal below 100: a pixel is rarely known better. */
function number(value: number): string {
  return (Math.abs(value) < 100 ? value.toFixed(1) : value.toFixed(0)).replace('-', '−');
}
