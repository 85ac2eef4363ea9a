/** From what an archive answers, DIMSE or web, to rows that a person reads. */
import type { z } from 'zod';
import type { foundStudy, worklistItem } from '../../../src-shared/contract/pacs.ts';
import { clean } from '../imaging/index.ts';
import type { Attributes } from './protocol.ts';

/** Keyword, and tag as DICOMweb has it. */
const TAGS = {
  StudyInstanceUID: '0020000D',
  StudyDate: '00080020',
  StudyTime: '00080030',
  StudyDescription: '00081030',
  AccessionNumber: '00080050',
  ModalitiesInStudy: '00080061',
  PatientName: '00100010',
  PatientID: '00100020',
  PatientBirthDate: '00100030',
  PatientSex: '00100040',
  NumberOfStudyRelatedInstances: '00201208',
  Modality: '00080060',
  RequestedProcedureDescription: '00321060',
  ScheduledProcedureStepSequence: '00400100',
  ScheduledStationAETitle: '00400001',
  ScheduledProcedureStepStartDate: '00400002',
  ScheduledProcedureStepStartTime: '00400003',
  ScheduledPerformingPhysicianName: '00400006',
  ScheduledProcedureStepDescription: '00400007',
} as const;
type Keyword = keyof typeof TAGS;

export interface StudyQuery {
  name?: string | undefined;
  patientNumber?: string | undefined;
  accession?: string | undefined;
  modality?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  study?: string | undefined;
}

/** Empty values ask for the attribute to be answered (PS3.4 C.2.2.2.3). */
function findQuery(query: StudyQuery): Attributes {
  return {
    StudyInstanceUID: query.study ?? '',
    StudyDate: range(query),
    StudyTime: '',
    StudyDescription: '',
    AccessionNumber: query.accession ?? '',
    ModalitiesInStudy: query.modality ?? '',
    PatientName: begins(query.name),
    PatientID: query.patientNumber ?? '',
    PatientBirthDate: '',
    PatientSex: '',
    NumberOfStudyRelatedInstances: '',
  };
}

/** What the library writes letters beyond ASCII in; an archive may answer in it as well, and says in each answer which it took (PS3.4 C.2.2.2). */
const UTF8 = { SpecificCharacterSet: 'ISO_IR 192' };

export const dimseQuery = (query: StudyQuery): Attributes => ({ ...UTF8, ...findQuery(query) });

export function qidoQuery(query: StudyQuery, most: number): Record<string, string> {
  const wanted = findQuery(query);
  const asked = Object.entries(wanted).filter(([, value]) => value !== '');
  const also = (
    ['StudyDescription', 'ModalitiesInStudy', 'NumberOfStudyRelatedInstances', 'PatientBirthDate', 'PatientSex'] as const
  )
    .map((name) => TAGS[name])
    .join(',');
  return { ...Object.fromEntries(asked.map(([name, value]) => [name, String(value)])), includefield: also, limit: String(most) };
}

const valueIn = (found: Attributes, name: Keyword) => found[name] ?? found[TAGS[name]];

/** @param here whether the study is in this vault */
export function studyRow(found: Attributes, here: (study: string) => boolean): z.output<typeof foundStudy> {
  const of = (name: Keyword) => text(valueIn(found, name));
  const study = of('StudyInstanceUID');
  const instances = Number(of('NumberOfStudyRelatedInstances'));
  return {
    study,
    ...optional({
      date: day(of('StudyDate')),
      time: clock(of('StudyTime')),
      accession: of('AccessionNumber'),
      birthDate: day(of('PatientBirthDate')),
      sex: of('PatientSex'),
      writtenAlso: nameOf(valueIn(found, 'PatientName')).also,
    }),
    description: of('StudyDescription'),
    modalities: of('ModalitiesInStudy').split('\\').filter(Boolean),
    name: nameOf(valueIn(found, 'PatientName')).name,
    patientNumber: of('PatientID'),
    ...(Number.isFinite(instances) && instances > 0 ? { instances } : {}),
    here: here(study),
  };
}

/** Keys of the modality worklist (PS3.4 K.6.1.2.2). */
export function worklistQuery(date: string, modality: string | undefined): Attributes {
  return {
    ...UTF8,
    PatientName: '',
    PatientID: '',
    PatientBirthDate: '',
    PatientSex: '',
    AccessionNumber: '',
    StudyInstanceUID: '',
    RequestedProcedureDescription: '',
    RequestedProcedureID: '',
    ScheduledProcedureStepSequence: [
      {
        Modality: modality ?? '',
        ScheduledStationAETitle: '',
        ScheduledProcedureStepStartDate: date.replaceAll('-', ''),
        ScheduledProcedureStepStartTime: '',
        ScheduledPerformingPhysicianName: '',
        ScheduledProcedureStepDescription: '',
        ScheduledProcedureStepID: '',
      },
    ],
  };
}

export type WorklistRow = Omit<z.output<typeof worklistItem>, 'patient'>;

export function worklistRow(found: Attributes): WorklistRow {
  const [first] = [valueIn(found, 'ScheduledProcedureStepSequence')].flat();
  const step: Attributes = typeof first === 'object' && first !== null ? { ...first } : {};
  const of = (name: Keyword) => text(valueIn(found, name));
  const ofStep = (name: Keyword) => text(valueIn(step, name));
  return {
    name: nameOf(valueIn(found, 'PatientName')).name,
    patientNumber: of('PatientID'),
    procedure: ofStep('ScheduledProcedureStepDescription') || of('RequestedProcedureDescription'),
    modality: ofStep('Modality'),
    ...optional({
      birthDate: day(of('PatientBirthDate')),
      sex: of('PatientSex'),
      accession: of('AccessionNumber'),
      station: ofStep('ScheduledStationAETitle'),
      date: day(ofStep('ScheduledProcedureStepStartDate')),
      time: clock(ofStep('ScheduledProcedureStepStartTime')),
      study: of('StudyInstanceUID'),
      performer: ofStep('ScheduledPerformingPhysicianName'),
      writtenAlso: nameOf(valueIn(found, 'PatientName')).also,
    }),
  };
}

/** The writings of a name (PS3.5 6.2.1): the first there is, and the one in the person's own script beside it. */
function nameOf(value: unknown): { name: string; also: string } {
  const [first] = [value].flat();
  const groups =
    typeof first === 'object' && first !== null
      ? ['Alphabetic', 'Ideographic', 'Phonetic'].map((group) => text(Object.entries(first).find(([key]) => key === group)?.[1]))
      : text(first).split('=');
  const [name = '', also = ''] = groups.map((group) => group.trim()).filter((group) => /[\p{L}\p{N}]/u.test(group));
  return { name, also };
}

const TEXT_MAX = 300;
/** A list of names, each with its parts, is as deep as an answer goes. */
const DEPTH_MAX = 4;

/** Values come as strings, numbers, lists of them, or names with their parts: alphabetic where there is one, else as it is written. */
function text(value: unknown, depth = 0): string {
  if (depth > DEPTH_MAX) return '';
  if (Array.isArray(value))
    return value
      .slice(0, 100)
      .map((one) => text(one, depth + 1))
      .filter(Boolean)
      .join('\\')
      .slice(0, TEXT_MAX);
  if (typeof value === 'object' && value !== null) {
    const { Alphabetic, Ideographic, Phonetic }: Attributes = { ...value };
    return [Alphabetic, Ideographic, Phonetic].map((one) => text(one, depth + 1)).find(Boolean) ?? '';
  }
  return value === undefined || value === null ? '' : clean(String(value)).trim().slice(0, TEXT_MAX);
}

function optional<T extends Record<string, string>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as Partial<T>; // the same keys, some left out
}

function day(da: string): string {
  return /^\d{8}$/.test(da) ? `${da.slice(0, 4)}-${da.slice(4, 6)}-${da.slice(6)}` : '';
}

function clock(tm: string): string {
  return /^\d{4}/.test(tm) ? `${tm.slice(0, 2)}:${tm.slice(2, 4)}` : '';
}

/** What is typed finds all names that begin so. */
function begins(name: string | undefined): string {
  if (!name) return '';
  return name.includes('*') ? name : `${name}*`;
}

function range({ from, to }: StudyQuery): string {
  if (!from && !to) return '';
  const plain = (date: string | undefined) => (date ?? '').replaceAll('-', '');
  return from === to ? plain(from) : `${plain(from)}-${plain(to)}`;
}
