/** The entries of a record as a summary sorts them: each with the lines that the chart shows of it. */
import { earliestMs } from '../../../src-shared/fhir/dates.ts';
import { at, choice, codeOf, conceptText, hasCode, hasTag, parts, text } from '../../../src-shared/fhir/read.ts';
import type { Target } from '../../../src-shared/fhir/references.ts';
import { type FhirResource, TAG_SYSTEM, tags } from '../../../src-shared/fhir/types.ts';
import { derive } from '../records/index.ts';

export interface Line {
  title: string;
  detail: string;
  /** As printed, with its unit. */
  value: string;
  range: string;
  /** A day, or the part of one that is known. */
  day: string;
  status: string;
  critical: boolean;
  code: string;
}

export interface Entry {
  resource: FhirResource;
  /** List of the chart that it stands in; '' where the chart has none for it. */
  list: string;
  atMs: number;
  lines: Line[];
}

/** What finds a resource by the address it came under, and the name of one that others point to. */
export interface Names {
  known(address: string): Target | undefined;
  /** Of `Type/id`. */
  label(reference: string): string | undefined;
}

/** Longest title and detail that the chart keeps; what reaches that is cut off there and says so here. */
const CHART_TITLE_MAX = 300;
const CHART_DETAIL_MAX = 600;
const flags = { L: 'low', H: 'high', LL: 'critically low', HH: 'critically high' } as const;

/** What a machine proposed and nobody has looked at is no part of what is known of a patient. */
export function isProposal(resource: FhirResource): boolean {
  return hasTag(resource, TAG_SYSTEM, tags.machine);
}

/** Newest first; what was entered in error is not among them. */
export function entriesOf(resources: readonly FhirResource[], names: Names): Entry[] {
  return resources
    .filter((resource) => resource.status !== 'entered-in-error' && !hasCode(resource.verificationStatus, 'entered-in-error'))
    .map((resource) => entryOf(resource, names))
    .sort((one, other) => other.atMs - one.atMs || (keyOf(one) < keyOf(other) ? -1 : 1));
}

const keyOf = ({ resource }: Entry) => `${resource.resourceType}/${resource.id}`;

function entryOf(resource: FhirResource, names: Names): Entry {
  const rows = derive(resource, names.known).chart;
  const lines = rows.map((row): Line => {
    const flag = row.flag === null ? undefined : flags[row.flag];
    return {
      title: cut(
        row.title ?? (row.titleRef === null ? undefined : names.label(row.titleRef)) ?? 'Without a name',
        CHART_TITLE_MAX,
      ),
      detail: cut(row.detail ?? '', CHART_DETAIL_MAX),
      value: row.printed === null ? '' : [row.printed, row.unit, flag && `(${flag})`].filter(Boolean).join(' '),
      range: rangeOf(row.low, row.high),
      day: row.at?.slice(0, 10) ?? '',
      status: row.status ?? '',
      critical: row.weight === 'critical',
      code: row.code ?? row.title ?? '',
    };
  });
  const own = lines.length > 0 ? lines : ownLines(resource, names);
  return { resource, list: rows[0]?.list ?? '', atMs: rows[0]?.atMs ?? earliestMs(own[0]?.day ?? '') ?? 0, lines: own };
}

/** Of what the chart has no list for. */
function ownLines(resource: FhirResource, names: Names): Line[] {
  const line = (title: string | undefined, when: unknown, detail: string | undefined): Line => ({
    title: title ?? 'Without a name',
    detail: detail ?? '',
    value: '',
    range: '',
    day: text(when)?.slice(0, 10) ?? '',
    status: text(resource.status) ?? '',
    critical: false,
    code: '',
  });
  if (resource.resourceType === 'DeviceUseStatement') {
    const timing = choice(resource, 'timing')?.value;
    const device = text(at(resource.device, 'reference'));
    const target = device === undefined ? undefined : names.known(device);
    return [
      line(
        text(at(resource.device, 'display')) ?? (target && names.label(`${target.type}/${target.id}`)),
        text(timing) ?? at(timing, 'start') ?? at(timing, 'event') ?? resource.recordedOn,
        [conceptText(resource.bodySite), conceptText(at(resource.reasonCode))].filter(Boolean).join(', '),
      ),
    ];
  }
  if (resource.resourceType === 'Device')
    return [line(deviceName(resource), resource.manufactureDate, text(resource.manufacturer))];
  if (resource.resourceType === 'Consent')
    return [
      line(
        parts(resource.category).map(conceptText).find(Boolean) ?? conceptText(resource.scope),
        resource.dateTime,
        conceptText(resource.policyRule),
      ),
    ];
  return [];
}

export function deviceName(device: FhirResource): string | undefined {
  return text(at(device.deviceName, 'name')) ?? conceptText(device.type) ?? text(device.modelNumber);
}

function rangeOf(low: number | null, high: number | null): string {
  if (low === null) return high === null ? '' : `up to ${high}`;
  return high === null ? `from ${low}` : `${low} to ${high}`;
}

const cut = (words: string, limit: number) => (words.length < limit ? words : `${words.trimEnd()} …`);

/** Of entries that stand newest first: those that say something that no newer one has said, by code. */
export function newestOfEach(entries: readonly Entry[]): Entry[] {
  const seen = new Set<string>();
  return entries.filter(({ lines, resource }) => {
    const codes = lines.length > 0 ? lines.map(({ code }) => code) : [codeOf(resource.code) ?? ''];
    const fresh = codes.filter((code) => !seen.has(code));
    for (const code of fresh) seen.add(code);
    return fresh.length > 0;
  });
}
