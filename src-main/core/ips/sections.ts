/**
 * Which entries of a record go into which section of the International Patient Summary (HL7 IPS, STU 2, Composition profile), and the words that stand there.
 * Of measurements the newest of each kind is a summary; of everything else all that counts is there.
 */
import { at, codeOf, conceptText, hasCode, parts, text } from '../../../src-shared/fhir/read.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { type Entry, type Line, newestOfEach } from './entries.ts';

export interface Column {
  head: string;
  /** Share of the width. */
  share: number;
}

export interface Section {
  /** LOINC, with the display that the IPS gives it. */
  code: string;
  display: string;
  title: string;
  columns: readonly Column[];
  rows: string[][];
  entries: FhirResource[];
  /** Entries that labels keep from whoever puts the summary together. */
  withheld: number;
  /** What stands where there are no rows. */
  empty: string;
}

interface Kind extends Pick<Section, 'code' | 'display' | 'title' | 'columns'> {
  /** Stands in every summary (1..1 in the IPS), with this sentence where the record holds nothing. */
  required?: string;
  choose(entries: readonly Entry[]): Entry[];
  row(line: Line): string[];
}

const LOINC = 'http://loinc.org';
/** LOINC codes of the IPS observation profiles: tobacco, alcohol; pregnancy status, expected delivery, outcomes. */
export const TOBACCO = '72166-2';
export const ALCOHOL = '74013-4';
export const PREGNANCY = '82810-3';
export const DELIVERY_DUE = ['11778-8', '11779-6', '11780-4'];
export const OUTCOMES = ['11636-8', '11637-6', '11638-4', '11639-2', '11640-0', '11612-9', '11613-7', '11614-5', '33065-4'];

const ENDED = [
  'inactive',
  'resolved',
  'remission',
  'stopped',
  'completed',
  'cancelled',
  'ended',
  'not-taken',
  'draft',
  'revoked',
];
const NOT_REPORTED = ['registered', 'cancelled'];

const of = (type: string) => (entry: Entry) => entry.resource.resourceType === type;
const inList = (list: string) => (entry: Entry) => entry.list === list;
const isCurrent = ({ lines }: Entry) => !ENDED.includes(lines[0]?.status ?? '');
const isRefuted = ({ resource }: Entry) => hasCode(resource.verificationStatus, 'refuted');
const isMeasured = (entry: Entry) => of('Observation')(entry) && !NOT_REPORTED.includes(text(entry.resource.status) ?? '');
const loincOf = ({ resource }: Entry) => codeOf(resource.code, LOINC) ?? '';
const isPregnancy = (entry: Entry) => isMeasured(entry) && [PREGNANCY, ...DELIVERY_DUE, ...OUTCOMES].includes(loincOf(entry));
const isSocial = (entry: Entry) =>
  isMeasured(entry) &&
  !isPregnancy(entry) &&
  ([TOBACCO, ALCOHOL].includes(loincOf(entry)) || hasCode(entry.resource.category, 'social-history'));
/** Laboratory, and what other examinations measured. */
const isResult = (entry: Entry) =>
  isMeasured(entry) &&
  !isPregnancy(entry) &&
  !isSocial(entry) &&
  (entry.list === 'labs' || (entry.list === 'other' && hasCode(entry.resource.category, 'imaging', 'procedure', 'exam')));
const isReport = (entry: Entry) =>
  of('DiagnosticReport')(entry) &&
  !NOT_REPORTED.includes(text(entry.resource.status) ?? '') &&
  (entry.list !== 'readings' || ['final', 'amended', 'corrected'].includes(text(entry.resource.status) ?? ''));

const joined = (...words: (string | false | undefined)[]) => words.filter(Boolean).join('; ');
const unlessPlain = (status: string) => (['', 'active', 'final', 'completed'].includes(status) ? '' : status);
const detailed = ({ detail, status }: Line) => joined(detail.replaceAll(' · ', '; '), unlessPlain(status));
const finding = (line: Line) => joined(line.value, detailed(line));

const kinds: readonly Kind[] = [
  {
    code: '11450-4',
    display: 'Problem list - Reported',
    title: 'Active problems',
    required: 'The record holds no information about problems. That does not say that there are none.',
    columns: [column('Problem', 0.5), column('Since', 0.14), column('Details', 0.36)],
    choose: (entries) => entries.filter((entry) => of('Condition')(entry) && isCurrent(entry) && !isRefuted(entry)),
    row: (line) => [line.title, line.day, detailed(line)],
  },
  {
    code: '48765-2',
    display: 'Allergies and adverse reactions Document',
    title: 'Allergies and intolerances',
    required: 'The record holds no information about allergies. That does not say that there are none.',
    columns: [column('Substance', 0.36), column('Since', 0.14), column('Reaction and details', 0.5)],
    choose: (entries) =>
      entries
        .filter((entry) => of('AllergyIntolerance')(entry) && !isRefuted(entry))
        .sort((one, other) => urgency(one) - urgency(other)),
    row: (line) => [line.title, line.day, detailed(line)],
  },
  {
    code: '10160-0',
    display: 'History of Medication use Narrative',
    title: 'Medication summary',
    required: 'The record holds no information about medicines that are taken. That does not say that there are none.',
    columns: [column('Medicine', 0.42), column('Since', 0.14), column('Directions and details', 0.44)],
    choose: (entries) => entries.filter((entry) => inList('medicines')(entry) && isCurrent(entry) && isToBeTaken(entry.resource)),
    row: (line) => [line.title, line.day, detailed(line)],
  },
  {
    code: '104605-1',
    display: 'Alert',
    title: 'Alerts',
    columns: [column('Alert', 0.5), column('Since', 0.14), column('Details', 0.36)],
    choose: (entries) => entries.filter((entry) => of('Flag')(entry) && entry.resource.status === 'active'),
    row: (line) => [line.title, line.day, detailed(line)],
  },
  {
    code: '11369-6',
    display: 'History of Immunization Narrative',
    title: 'Immunizations',
    columns: [column('Vaccine', 0.5), column('Given', 0.14), column('Details', 0.36)],
    choose: (entries) => entries.filter((entry) => of('Immunization')(entry) && entry.resource.status === 'completed'),
    row: (line) => [line.title, line.day, detailed(line)],
  },
  {
    code: '47519-4',
    display: 'History of Procedures Document',
    title: 'History of procedures',
    columns: [column('Procedure', 0.5), column('Done', 0.14), column('Details', 0.36)],
    choose: (entries) =>
      counted(
        entries.filter(
          (entry) => of('Procedure')(entry) && !['not-done', 'preparation'].includes(text(entry.resource.status) ?? ''),
        ),
      ),
    row: (line) => [line.title, line.day, detailed(line)],
  },
  {
    code: '46264-8',
    display: 'History of medical device use',
    title: 'Medical devices',
    columns: [column('Device', 0.5), column('Since', 0.14), column('Details', 0.36)],
    choose: (entries) =>
      entries.filter(
        (entry) => of('DeviceUseStatement')(entry) && !['completed', 'intended'].includes(text(entry.resource.status) ?? ''),
      ),
    row: (line) => [line.title, line.day, detailed(line)],
  },
  {
    code: '30954-2',
    display: 'Relevant diagnostic tests/laboratory data Narrative',
    title: 'Results',
    columns: [column('Test', 0.4), column('Date', 0.14), column('Result', 0.32), column('Usual', 0.14)],
    choose: (entries) => [
      ...newestOfEach(entries.filter((entry) => isReport(entry) && entry.list === 'reports')),
      ...entries.filter((entry) => isReport(entry) && entry.list !== 'reports'),
      ...newestOfEach(entries.filter(isResult)),
    ],
    row: (line) => [line.title, line.day, finding(line), line.range],
  },
  {
    code: '8716-3',
    display: 'Vital signs note',
    title: 'Vital signs',
    columns: [column('Measured', 0.5), column('Date', 0.14), column('Value', 0.36)],
    choose: (entries) =>
      newestOfEach(entries.filter((entry) => inList('vitals')(entry) && isMeasured(entry) && !isPregnancy(entry))),
    row: (line) => [line.title, line.day, finding(line)],
  },
  {
    code: '11348-0',
    display: 'History of Past illness note',
    title: 'History of past illness',
    columns: [column('Problem', 0.5), column('Since', 0.14), column('Details', 0.36)],
    choose: (entries) => entries.filter((entry) => of('Condition')(entry) && !isCurrent(entry) && !isRefuted(entry)),
    row: (line) => [line.title, line.day, detailed(line)],
  },
  {
    code: '10162-6',
    display: 'History of pregnancies Narrative',
    title: 'History of pregnancy',
    columns: [column('Observed', 0.5), column('Date', 0.14), column('Finding', 0.36)],
    choose: (entries) => newestOfEach(entries.filter(isPregnancy)),
    row: (line) => [line.title, line.day, finding(line)],
  },
  {
    code: '29762-2',
    display: 'Social history note',
    title: 'Social history',
    columns: [column('Observed', 0.5), column('Date', 0.14), column('Finding', 0.36)],
    choose: (entries) => newestOfEach(entries.filter(isSocial)),
    row: (line) => [line.title, line.day, finding(line)],
  },
  {
    code: '18776-5',
    display: 'Plan of care note',
    title: 'Plan of care',
    columns: [column('Plan', 0.36), column('Since', 0.14), column('What is planned', 0.5)],
    choose: (entries) => entries.filter((entry) => of('CarePlan')(entry) && isCurrent(entry)).map(withActivities),
    row: (line) => [line.title, line.day, detailed(line)],
  },
  {
    code: '42348-3',
    display: 'Advance healthcare directives',
    title: 'Advance directives',
    columns: [column('Directive', 0.5), column('Date', 0.14), column('Details', 0.36)],
    choose: (entries) =>
      entries.filter(
        ({ resource }) =>
          resource.resourceType === 'Consent' &&
          resource.status === 'active' &&
          (hasCode(resource.scope, 'adr') || hasCode(resource.category, 'acd', 'dnr', 'adr', 'hcd', 'polst')),
      ),
    row: (line) => [line.title, line.day, detailed(line)],
  },
];

function column(head: string, share: number): Column {
  return { head, share };
}

/** @param hidden entries that labels keep from whoever asks: only their number gets in */
export function sectionsOf(entries: readonly Entry[], hidden: readonly Entry[]): Section[] {
  return kinds.flatMap((kind) => {
    const { code, display, title, columns, required } = kind;
    const chosen = kind.choose(entries);
    const withheld = kind.choose(hidden).length;
    if (chosen.length === 0 && withheld === 0 && required === undefined) return [];
    return {
      code,
      display,
      title,
      ...withoutEmpty(
        columns,
        chosen.flatMap(({ lines }) => lines.map(kind.row)),
      ),
      entries: chosen.map(({ resource }) => resource),
      withheld,
      empty: withheld > 0 ? 'What the record holds here is kept back by labels.' : (required ?? ''),
    };
  });
}

/** A column in which nothing stands gives its width to the first. */
function withoutEmpty(columns: readonly Column[], rows: string[][]): Pick<Section, 'columns' | 'rows'> {
  const full = columns.map((_, index) => index === 0 || rows.some((row) => row[index] !== ''));
  const spare = columns.reduce((sum, { share }, index) => sum + (full[index] ? 0 : share), 0);
  return {
    columns: columns
      .filter((_, index) => full[index])
      .map((one, index) => (index === 0 ? { ...one, share: one.share + spare } : one)),
    rows: rows.map((row) => row.filter((_, index) => full[index])),
  };
}

/** Orders are; what somebody only proposes, or says is not to be given, is not. */
function isToBeTaken(resource: FhirResource): boolean {
  return resource.doNotPerform !== true && !['proposal', 'option'].includes(text(resource.intent) ?? '');
}

const urgency = (entry: Entry) => (isCurrent(entry) ? 0 : 2) + (entry.lines[0]?.critical ? 0 : 1);

/** The newest of what was done several times on the same part of the body, with how often: a hundred routine examinations would hide the one operation. */
function counted(entries: readonly Entry[]): Entry[] {
  const alike = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { resource, lines } = entry;
    const key = [lines[0]?.code, lines[0]?.title, ...parts(resource.bodySite).map(conceptText)].join(' ');
    const known = alike.get(key);
    if (known) known.push(entry);
    else alike.set(key, [entry]);
  }
  return [...alike.values()].flatMap(([newest, ...others]) => {
    if (newest === undefined || others.length === 0) return newest ?? [];
    const since = others.findLast(({ lines }) => lines[0]?.day)?.lines[0]?.day;
    const often = `${others.length + 1} times${since ? ` since ${since}` : ''}`;
    return { ...newest, lines: newest.lines.map((line) => ({ ...line, detail: joined(often, line.detail) })) };
  });
}

/** The chart names a plan only; whoever takes over has to know what was to be done. */
function withActivities(entry: Entry): Entry {
  const planned = parts(entry.resource.activity)
    .map((activity) => conceptText(at(activity.detail, 'code')) ?? text(at(activity.detail, 'description')))
    .filter((words) => words !== undefined);
  const detail = joined(text(entry.resource.description), ...planned);
  return { ...entry, lines: entry.lines.map((line) => ({ ...line, detail })) };
}
