/** Structured reports and key object selections (PS3.3 C.17) as a tree of headings and values. */

import type { ReportNode } from '../../../../src-shared/contract/imaging.ts';
import type { Output } from '../../../../src-shared/contract/index.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { limits } from '../limits.ts';
import { nameParts } from '../parse/charset.ts';
import type { DataSet } from '../parse/data-set.ts';
import { openDicom } from '../parse/part10.ts';
import { dateTimeOf, itemOf, itemsOf, lineOf, numbersOf, textOf, textsOf, uidOf } from '../parse/values.ts';

const CONTENT = 0x0040a730;
const CONCEPT = 0x0040a043;
const NODES_MAX = 20_000;
const POINTS_MAX = 2_000;

/** @throws AppError `dicom-unsupported` where the file is no report */
export function readReport(bytes: Uint8Array): Output<'imaging.report'> {
  const { dataSet } = openDicom(bytes);
  if (!dataSet.elements.has(CONTENT) && !dataSet.elements.has(0x0040a040))
    throw new AppError('dicom-unsupported', { what: 'something else than a structured report' });
  const counter = { left: NODES_MAX };
  const tree = nodeOf(dataSet, counter);
  const observer = itemOf(dataSet, 0x0040a073);
  return {
    title: tree.name || 'Report',
    completion: lineOf(dataSet, 0x0040a491),
    verification: lineOf(dataSet, 0x0040a493),
    verifiedBy: observer && nameParts(textOf(observer, 0x0040a075) ?? '').shown,
    date: dateTimeOf(dataSet, 0x00080023, 0x00080033),
    tree,
  };
}

function nodeOf(item: DataSet, counter: { left: number }): ReportNode {
  counter.left--;
  const type = lineOf(item, 0x0040a040) ?? 'CONTAINER';
  const children = itemsOf(item, CONTENT).flatMap((child) => (counter.left > 0 ? [nodeOf(child, counter)] : []));
  return {
    name: meaning(itemOf(item, CONCEPT)) ?? '',
    type,
    relation: lineOf(item, 0x0040a010),
    ...contentOf(item, type),
    children,
  };
}

function contentOf(item: DataSet, type: string): Partial<ReportNode> {
  const text = (tag: number) => textOf(item, tag)?.slice(0, 50_000);
  switch (type) {
    case 'TEXT':
      return { value: text(0x0040a160) };
    case 'NUM': {
      const measured = itemOf(item, 0x0040a300);
      const unit = measured && itemOf(measured, 0x004008ea);
      const missing = meaning(itemOf(item, 0x0040a301));
      return {
        value: (measured && textsOf(measured, 0x0040a30a)[0]) ?? missing,
        unit: unit && (lineOf(unit, 0x00080100) === '1' ? undefined : unitText(unit)),
      };
    }
    case 'CODE':
      return { value: meaning(itemOf(item, 0x0040a168)) };
    case 'PNAME':
      return { value: nameParts(text(0x0040a123) ?? '').shown };
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
      return {
        value:
          dateTimeOf(item, type === 'DATE' ? 0x0040a121 : 0x0040a120) ??
          lineOf(item, type === 'DATE' ? 0x0040a121 : type === 'TIME' ? 0x0040a122 : 0x0040a120),
      };
    case 'UIDREF':
      return { value: uidOf(item, 0x0040a124) };
    case 'IMAGE':
    case 'COMPOSITE':
    case 'WAVEFORM': {
      const reference = itemOf(item, 0x00081199);
      const frames = reference ? numbersOf(reference, 0x00081160) : [];
      return {
        reference: reference && {
          sopClass: uidOf(reference, 0x00081150) ?? '',
          uid: uidOf(reference, 0x00081155) ?? '',
          ...(frames.length > 0 ? { frames } : {}),
        },
      };
    }
    case 'SCOORD':
    case 'SCOORD3D':
      return { shape: { type: lineOf(item, 0x00700023) ?? '', points: numbersOf(item, 0x00700022).slice(0, POINTS_MAX) } };
    default:
      return {};
  }
}

/** What a coded concept means, in words. */
export function meaning(item: DataSet | undefined): string | undefined {
  return item && (lineOf(item, 0x00080104) ?? lineOf(item, 0x00080100))?.slice(0, limits.valueCharacters);
}

/** Units are UCUM codes that people read as they are; others are named. */
function unitText(unit: DataSet): string | undefined {
  return lineOf(unit, 0x00080102) === 'UCUM' ? lineOf(unit, 0x00080100) : meaning(unit);
}
