/** One line of a chart list or of the timeline. */
import { earliestMs } from '../../../src-shared/fhir/dates.ts';
import { at, type Part, text } from '../../../src-shared/fhir/read.ts';
import type { Target } from '../../../src-shared/fhir/references.ts';

export interface ChartRow {
  part: number;
  /** A list of the contract, or vitals, reports, alerts, other. */
  list: string;
  at: string | null;
  atMs: number | null;
  title: string | null;
  /** `Type/id` of what gives the title (a Medication). */
  titleRef: string | null;
  detail: string | null;
  status: string | null;
  weight: 'critical' | 'doubt' | 'plain';
  by: string | null;
  /** `Type/id` of who did it. */
  byRef: string | null;
  code: string | null;
  value: number | null;
  printed: string | null;
  unit: string | null;
  low: number | null;
  high: number | null;
  flag: 'L' | 'H' | 'LL' | 'HH' | null;
}

const TITLE_LENGTH_MAX = 300;

/** A row with what all share filled in. */
export function row(list: string, resource: Part, fields: Partial<ChartRow> & { when?: unknown; who?: unknown }): ChartRow {
  const { when, who, ...rest } = fields;
  const time = text(when) ?? null;
  return {
    part: 0,
    list,
    at: time,
    atMs: time === null ? null : (earliestMs(time) ?? null),
    title: null,
    titleRef: null,
    detail: null,
    status: text(resource.status) ?? null,
    weight: 'plain',
    ...person(who),
    code: null,
    value: null,
    printed: null,
    unit: null,
    low: null,
    high: null,
    flag: null,
    ...rest,
    ...(rest.title == null ? {} : { title: rest.title.slice(0, TITLE_LENGTH_MAX) }),
    ...(rest.detail == null ? {} : { detail: rest.detail.slice(0, 2 * TITLE_LENGTH_MAX) }),
  };
}

function person(who: unknown): { by: string | null; byRef: string | null } {
  const found = Array.isArray(who) ? who[0] : who;
  return { by: text(at(found, 'display')) ?? null, byRef: text(at(found, 'reference')) ?? null };
}

/** References as they came, turned into `Type/id` or left out where they lead nowhere. */
export function settled(row: ChartRow, target: (reference: string) => Target | undefined): ChartRow {
  const name = (reference: string | null) => {
    const found = reference === null ? undefined : target(reference);
    return found === undefined ? null : `${found.type}/${found.id}`;
  };
  const titleRef = name(row.titleRef);
  return { ...row, titleRef, byRef: name(row.byRef), title: row.title ?? (titleRef === null ? 'Without a name' : null) };
}
