/** Softcopy presentation states (PS3.3 A.33): what a viewer applies to the images they refer to. */
import type { ImagingPresentation } from '../../../../src-shared/contract/imaging.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { windowsOf } from '../frame-facts.ts';
import { nameParts } from '../parse/charset.ts';
import type { DataSet } from '../parse/data-set.ts';
import { openDicom } from '../parse/part10.ts';
import { itemOf, itemsOf, lineOf, numberOf, numbersOf, textOf, uidOf, uint16Of } from '../parse/values.ts';
import { tableAt, tableEntries } from '../pixels/tables.ts';

const OBJECTS_MAX = 2_000;
const POINTS_MAX = 4_000;

/** @throws AppError `dicom-unsupported` */
export function readPresentation(bytes: Uint8Array): ImagingPresentation {
  const { dataSet } = openDicom(bytes);
  const series = itemsOf(dataSet, 0x00081115);
  if (series.length === 0) throw new AppError('dicom-unsupported', { what: 'something else than a presentation state' });
  const voi = itemOf(dataSet, 0x00283110);
  const [window] = voi ? windowsOf(voi) : [];
  const lut = voi && itemOf(voi, 0x00283010);
  const table = lut && tableAt(lut, 0x00283002, 0x00283006, false);
  const area = itemOf(dataSet, 0x0070005a);
  return {
    label: lineOf(dataSet, 0x00700080) ?? '',
    description: lineOf(dataSet, 0x00700081) ?? '',
    creator: nameParts(textOf(dataSet, 0x00700084) ?? '').shown || undefined,
    references: series.flatMap((one) =>
      itemsOf(one, 0x00081140).map((image) => ({ uid: uidOf(image, 0x00081155) ?? '', frames: numbersOf(image, 0x00081160) })),
    ),
    window,
    voiTable: lut &&
      table && {
        first: table.first,
        bits: table.bits,
        entries: new Uint8Array(
          tableEntries(table, dataSet.bytes.subarray(table.at[0], table.at[0] + table.at[1]), dataSet.littleEndian).buffer,
        ),
      },
    rotation: uint16Of(dataSet, 0x00700042) ?? 0,
    flip: lineOf(dataSet, 0x00700041) === 'Y',
    inverse: lineOf(dataSet, 0x20500020) === 'INVERSE',
    area: area && areaOf(area),
    shutters: shuttersOf(dataSet),
    ...drawingsOf(dataSet),
  };
}

function areaOf(item: DataSet): ImagingPresentation['area'] {
  const [left, top] = numbersOf(item, 0x00700052);
  const [right, bottom] = numbersOf(item, 0x00700053);
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return undefined;
  return { topLeft: [left, top], bottomRight: [right, bottom], mode: lineOf(item, 0x00700100) ?? 'SCALE TO FIT' };
}

function shuttersOf(dataSet: DataSet): ImagingPresentation['shutters'] {
  const number = (tag: number) => numberOf(dataSet, tag) ?? 0;
  const shape = lineOf(dataSet, 0x00181600);
  if (shape === 'RECTANGULAR')
    return [{ shape, points: [number(0x00181602), number(0x00181606), number(0x00181604), number(0x00181608)] }];
  if (shape === 'CIRCULAR') return [{ shape, points: [...numbersOf(dataSet, 0x00181610).reverse(), number(0x00181612)] }];
  // Vertices are row, column; everything here is column, row.
  if (shape === 'POLYGONAL')
    return [{ shape, points: pairs(numbersOf(dataSet, 0x00181620)).flatMap(([row, column]) => [column, row]) }];
  return [];
}

function drawingsOf(dataSet: DataSet): Pick<ImagingPresentation, 'graphics' | 'texts'> {
  const graphics: ImagingPresentation['graphics'] = [];
  const texts: ImagingPresentation['texts'] = [];
  for (const annotation of itemsOf(dataSet, 0x00700001)) {
    const layer = lineOf(annotation, 0x00700002) ?? '';
    for (const item of itemsOf(annotation, 0x00700009)) {
      if (graphics.length >= OBJECTS_MAX) break;
      graphics.push({
        layer,
        units: unitsOf(item, 0x00700005),
        type: lineOf(item, 0x00700023) ?? '',
        points: numbersOf(item, 0x00700022).slice(0, POINTS_MAX),
        filled: lineOf(item, 0x00700024) === 'Y',
      });
    }
    for (const item of itemsOf(annotation, 0x00700008)) {
      if (texts.length >= OBJECTS_MAX) break;
      const [x, y] = numbersOf(item, 0x00700014);
      const box = [...numbersOf(item, 0x00700010), ...numbersOf(item, 0x00700011)];
      texts.push({
        layer,
        units: unitsOf(item, box.length > 0 ? 0x00700003 : 0x00700004),
        text: textOf(item, 0x00700006)?.slice(0, 2000) ?? '',
        box,
        anchor: x !== undefined && y !== undefined ? [x, y] : undefined,
      });
    }
  }
  return { graphics, texts };
}

const unitsOf = (item: DataSet, tag: number) => (lineOf(item, tag) === 'DISPLAY' ? ('display' as const) : ('pixel' as const));

function pairs(values: readonly number[]): [number, number][] {
  return Array.from({ length: Math.floor(values.length / 2) }, (_, index) => [
    values[index * 2] ?? 0,
    values[index * 2 + 1] ?? 0,
  ]);
}
