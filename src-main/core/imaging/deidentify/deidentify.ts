/** De-identification by the basic application confidentiality profile (PS3.15 annex E): actions by attribute, UIDs replaced consistently, dates removed or moved, private attributes removed, what was done recorded. */
import { createHmac } from 'node:crypto';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { type DataSet, type Element, isPrivate, tags } from '../parse/data-set.ts';
import { isKnown } from '../parse/dictionary.ts';
import { openDicom } from '../parse/part10.ts';
import { kindOf, MEDIA_DIRECTORY, syntaxes, transferSyntaxOf } from '../parse/uids.ts';
import { bytesOf, lineOf, textsOf, uidOf } from '../parse/values.ts';
import { pixelElement, pixelModule } from '../pixels/module.ts';
import { overlaysInPixels } from '../pixels/overlays.ts';
import { type Action, profile } from './profile.ts';
import { type Changed, type Replacement, writeDataSet } from './write.ts';

export interface DeidentifyOptions {
  /** Keyed hash key of this export: the same UID becomes the same other UID in every file of it, and nobody can go back. */
  secret: Uint8Array;
  /** What stands for name and number. */
  pseudonym: string;
  /** Days by which dates move; without it they are removed. */
  shiftDays?: number | undefined;
}

export interface Deidentified {
  bytes: Uint8Array;
  /** New SOP Instance UID, for the file's name. */
  uid: string;
  warnings: ('burnt-in' | 'maybe-burnt-in' | 'face')[];
}

/** Objects whose content is free text or drawings about the patient: no table can clean them. */
const NOT_CLEANABLE = new Set(['report', 'document', 'key-objects', 'presentation']);
/** Modalities that write names and numbers into the picture. */
const WRITES_INTO_PICTURE = new Set([
  'US',
  'IVUS',
  'SC',
  'XA',
  'RF',
  'OT',
  'XC',
  'ES',
  'GM',
  'OP',
  'OPT',
  'SR',
  'DOC',
  'ECG',
  'BDUS',
]);

/** @throws AppError `dicom-unsupported` for objects that cannot be cleaned */
export function deidentify(bytes: Uint8Array, options: DeidentifyOptions): Deidentified {
  const file = openDicom(bytes);
  const { dataSet } = file;
  if (file.problems.has('bad-sequence') || file.problems.has('cut'))
    throw new AppError('dicom-unsupported', { what: 'a damaged structure, in which names could be overlooked' });
  const sopClass = uidOf(dataSet, tags.sopClass) ?? uidOf(file.meta, 0x00020002) ?? '';
  const kind = kindOf(sopClass, pixelElement(dataSet) !== undefined).kind;
  // Folders of a disc are named after patients.
  if (NOT_CLEANABLE.has(kind) || sopClass === MEDIA_DIRECTORY)
    throw new AppError('dicom-unsupported', { what: 'free text or drawings, which cannot be de-identified by rule' });
  const syntax = transferSyntaxOf(file.transferSyntax);
  if (!syntax) throw new AppError('dicom-unsupported', { what: `the transfer syntax ${file.transferSyntax}` });
  const changed = cleaned(dataSet, options, true);
  if (overlaysInPixels(dataSet)) {
    const pixels = changed.elements.find(({ tag }) => tag === tags.pixels);
    if (pixels) pixels.replacement = { bytes: withoutOverlays(dataSet, syntax.littleEndian) };
  }
  const transferSyntax = syntax.deflated ? syntaxes.explicitLittle : file.transferSyntax;
  const uid = otherUid(uidOf(dataSet, tags.sopInstance) ?? '', options.secret);
  const body = writeDataSet(changed, { explicit: syntax.explicit, littleEndian: syntax.littleEndian });
  return {
    bytes: Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), metaOf(sopClass, uid, transferSyntax), body]),
    uid,
    warnings: warningsOf(dataSet),
  };
}

/** The pixels without the bits that are not their values': something may be drawn or written in them. */
function withoutOverlays(dataSet: DataSet, littleEndian: boolean): Uint8Array {
  const element = dataSet.elements.get(tags.pixels);
  const { bitsAllocated, bitsStored, highBit } = pixelModule(dataSet);
  if (!element || element.fragments || (bitsAllocated !== 8 && bitsAllocated !== 16))
    throw new AppError('dicom-unsupported', { what: 'drawings in bits of its packed pixels, which cannot be taken out' });
  const mask = (2 ** bitsStored - 1) << (highBit + 1 - bitsStored);
  const bytes = Uint8Array.from(bytesOf(dataSet, element));
  const [low, high] = [mask & 0xff, bitsAllocated === 8 ? mask & 0xff : mask >>> 8];
  for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] ?? 0) & ((at % 2 === 0) === littleEndian ? low : high);
  return bytes;
}

function cleaned(dataSet: DataSet, options: DeidentifyOptions, top: boolean): Changed {
  const kept: Changed['elements'] = [];
  for (const element of dataSet.elements.values()) {
    const action = actionFor(element.tag);
    if (action === 'X') continue;
    const replacement = replaced(dataSet, element, action, options);
    kept.push({
      tag: element.tag,
      vr: replacement && 'items' in replacement ? 'SQ' : element.vr,
      element,
      ...(replacement ? { replacement } : {}),
    });
  }
  const elements = top ? [...kept.filter(({ tag }) => !recorded.has(tag)), ...records(options)] : kept;
  return { dataSet, elements: elements.sort((a, b) => a.tag - b.tag) };
}

function actionFor(tag: number): Action | 'K' {
  const group = tag >>> 16;
  if ((tag & 0xffff) === 0 || isPrivate(tag) || group === 2) return 'X';
  // Curves, overlays and what is written on them; data set trailing padding.
  if ((group & 0xff00) === 0x5000 || ((group & 0xff00) === 0x6000 && [0x3000, 0x4000].includes(tag & 0xffff))) return 'X';
  if (tag === 0xfffcfffc) return 'X';
  const action = profile.get(tag);
  if (action) return action;
  // What the standard does not know may hold anything.
  return isKnown(tag) ? 'K' : 'X';
}

function replaced(dataSet: DataSet, element: Element, action: Action | 'K', options: DeidentifyOptions): Replacement | undefined {
  const { tag, vr } = element;
  if (tag === tags.patientName || tag === tags.patientId) return { bytes: Buffer.from(options.pseudonym) };
  if (action === 'U')
    return {
      bytes: Buffer.from(
        textsOf(dataSet, tag)
          .map((uid) => otherUid(uid, options.secret))
          .join('\\'),
      ),
    };
  if (vr === 'SQ' || element.items) {
    if (action !== 'K' && action !== 'XZU') return { items: [] };
    return { items: (element.items ?? []).map((item) => cleaned(item, options, false)) };
  }
  if (action === 'K') return undefined;
  const isDate = vr === 'DA' || vr === 'DT' || vr === 'TM';
  if (isDate && options.shiftDays !== undefined && tag !== BIRTH_DATE)
    return vr === 'TM'
      ? undefined
      : {
          bytes: Buffer.from(
            textsOf(dataSet, tag)
              .map((date) => moved(date, options.shiftDays ?? 0))
              .join('\\'),
          ),
        };
  if (action === 'Z' || action === 'XZ') return { bytes: new Uint8Array() };
  return { bytes: dummy(vr) };
}

const BIRTH_DATE = 0x00100030;

/** A value that no reader stumbles over and that says nothing. */
function dummy(vr: string): Uint8Array {
  const text: Readonly<Record<string, string>> = {
    DA: '19000101',
    DT: '19000101000000',
    TM: '000000',
    AS: '000Y',
    IS: '0',
    DS: '0',
    CS: 'REMOVED',
    UI: '',
    AE: 'REMOVED',
    PN: 'Removed',
  };
  const widths: Readonly<Record<string, number>> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8, AT: 4, UV: 8, SV: 8 };
  const width = widths[vr];
  if (width !== undefined) return new Uint8Array(width);
  if (/^O[A-Z]$/.test(vr) || vr === 'UN') return new Uint8Array();
  return Buffer.from(text[vr] ?? 'Removed');
}

/** Another UID under 2.25 (PS3.5 B.2), from a keyed hash. */
function otherUid(uid: string, secret: Uint8Array): string {
  if (uid === '') return '';
  // UIDs of the standard itself (classes, well-known frames) name nobody.
  if (uid.startsWith('1.2.840.10008.')) return uid;
  return `2.25.${BigInt(`0x${createHmac('sha256', secret).update(uid).digest('hex').slice(0, 32)}`)}`;
}

function moved(date: string, days: number): string {
  const [, year = '', month = '', day = '', rest = ''] = /^(\d{4})[.]?(\d{2})[.]?(\d{2})(.*)$/.exec(date) ?? [];
  if (year === '') return '';
  const shifted = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) + days));
  return Number.isNaN(shifted.getTime()) ? '' : `${shifted.toISOString().slice(0, 10).replaceAll('-', '')}${rest}`;
}

const recorded = new Set([0x00120062, 0x00120063, 0x00120064, 0x00280303]);

/** What was done, as PS3.15 E.1.1 asks. */
function records({ shiftDays }: DeidentifyOptions): Changed['elements'] {
  const text = (tag: number, vr: string, value: string) => ({ tag, vr, replacement: { bytes: Buffer.from(value) } });
  const code = (value: string, meaning: string): Changed => ({
    dataSet: nothing,
    elements: [text(0x00080100, 'SH', value), text(0x00080102, 'SH', 'DCM'), text(0x00080104, 'LO', meaning)],
  });
  const codes = [code('113100', 'Basic Application Confidentiality Profile')];
  if (shiftDays !== undefined) codes.push(code('113107', 'Retain Longitudinal Temporal Information Modified Dates Option'));
  return [
    text(0x00120062, 'CS', 'YES'),
    text(0x00120063, 'LO', 'Lamplight: PS3.15 basic profile'),
    { tag: 0x00120064, vr: 'SQ', replacement: { items: codes } },
    text(0x00280303, 'CS', shiftDays === undefined ? 'REMOVED' : 'MODIFIED'),
  ];
}

const nothing: DataSet = { bytes: new Uint8Array(), littleEndian: true, elements: new Map() };

function metaOf(sopClass: string, uid: string, transferSyntax: string): Buffer {
  const text = (tag: number, vr: string, value: string) => ({ tag, vr, replacement: { bytes: Buffer.from(value) } });
  const target = { explicit: true, littleEndian: true };
  const rest = writeDataSet(
    {
      dataSet: nothing,
      elements: [
        { tag: 0x00020001, vr: 'OB', replacement: { bytes: Uint8Array.of(0, 1) } },
        text(0x00020002, 'UI', sopClass),
        text(0x00020003, 'UI', uid),
        text(0x00020010, 'UI', transferSyntax),
        text(0x00020012, 'UI', IMPLEMENTATION),
      ],
    },
    target,
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(rest.byteLength);
  return Buffer.concat([
    writeDataSet({ dataSet: nothing, elements: [{ tag: 0x00020000, vr: 'UL', replacement: { bytes: length } }] }, target),
    rest,
  ]);
}

/** Made once from a random UUID (PS3.5 B.2). */
const IMPLEMENTATION = '2.25.276417853920617244590127838105562493170';

function warningsOf(dataSet: DataSet): Deidentified['warnings'] {
  const warnings: Deidentified['warnings'] = [];
  const burnt = lineOf(dataSet, 0x00280301);
  const modality = lineOf(dataSet, tags.modality) ?? '';
  if (burnt === 'YES') warnings.push('burnt-in');
  else if (burnt !== 'NO' && WRITES_INTO_PICTURE.has(modality)) warnings.push('maybe-burnt-in');
  if (
    (modality === 'CT' || modality === 'MR') &&
    /HEAD|BRAIN|SKULL|FACE/i.test(`${lineOf(dataSet, 0x00180015) ?? ''} ${lineOf(dataSet, 0x00081030) ?? ''}`)
  )
    warnings.push('face');
  return warnings;
}
