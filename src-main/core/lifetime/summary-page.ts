/** A record as a page that anybody can read in a browser and print: what is in it, what was written, and who has seen it. */
import { entryShape } from '../../../src-shared/audit/entry.ts';
import type { AuditAction } from '../../../src-shared/contract/procedure.ts';
import { at, text } from '../../../src-shared/fhir/read.ts';
import type { Db } from '../context.ts';
import { readResource, resourcesOfPatient, sql } from '../records/index.ts';

export interface Seen {
  at: string;
  person: string;
  act: string;
  outcome: string;
  reason?: string;
}

interface Row {
  type: string;
  id: string;
  list: string;
  at: string | null;
  title: string | null;
  title_ref: string | null;
  detail: string | null;
  status: string | null;
  printed: string | null;
  unit: string | null;
  by: string | null;
}

const headings: Readonly<Record<string, string>> = {
  allergies: 'Allergies',
  problems: 'Problems',
  medicines: 'Medicines',
  vitals: 'Vital signs',
  labs: 'Laboratory',
  encounters: 'Visits',
  procedures: 'Procedures',
  immunizations: 'Immunisations',
  notes: 'Notes',
  documents: 'Letters and documents',
  images: 'Pictures',
  readings: 'Readings of pictures',
  reports: 'Reports',
  alerts: 'Alerts',
  other: 'Other',
};

/** Who has seen or changed the record, newest first. */
export function seenBy(db: Db, patient: string): Seen[] {
  return sql<{ entry: string; name: string | null }>(
    db,
    'SELECT a.entry, u.display_name AS name FROM audit a LEFT JOIN user u ON u.id = a.person WHERE a.patient = ? ORDER BY a.n DESC',
  )
    .all(patient)
    .map(({ entry, name }) => {
      const { at: time, action, procedure, outcome, reason } = entryShape.parse(JSON.parse(entry));
      return { at: time, person: name ?? 'Lamplight', act: `${acts[action]} (${procedure})`, outcome, reason };
    });
}

const acts: Readonly<Record<AuditAction, string>> = { C: 'added', R: 'read', U: 'changed', D: 'removed', E: 'carried out' };

export function summaryPage(
  db: Db,
  page: {
    patient: string;
    who: { given: string; family: string; birthDate: string | undefined; identifiers: string[] };
    at: string;
    by: string;
    files: string[];
    seen: Seen[];
  },
): string {
  const rows = sql<Row>(
    db,
    'SELECT type, id, list, at, title, title_ref, detail, status, printed, unit, by FROM chart_row WHERE patient = ? ORDER BY list, at_ms DESC',
  ).all(page.patient);
  const lists = Object.keys(headings).filter((list) => rows.some((row) => row.list === list));
  const sections = lists.map((list) =>
    section(
      headings[list] ?? list,
      ['When', 'What', 'Value', 'State', 'By'],
      rows.filter((row) => row.list === list).map((row) => cells(db, row)),
    ),
  );
  const letters = sql<{ title: string; page: number; text: string }>(
    db,
    'SELECT d.title, p.page, p.text FROM document d JOIN document_page p ON p.document = d.id WHERE d.patient = ? ORDER BY d.added_at, p.page',
  ).all(page.patient);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Medical record</title><style>
body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #999}
table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #ddd}pre{white-space:pre-wrap;font:inherit;background:#f5f5f5;padding:1rem}
@media print{body{margin:0}tr{break-inside:avoid}}
</style></head><body>
<h1>${escaped(`${page.who.given} ${page.who.family}`)}</h1>
<p>Born ${escaped(page.who.birthDate ?? 'on an unknown date')}${page.who.identifiers.length > 0 ? ` · ${page.who.identifiers.map(escaped).join(' · ')}` : ''}</p>
<p>Everything that this clinic keeps about you, put together on ${escaped(page.at.slice(0, 10))} by ${escaped(page.by)}. <b>record.fhir.json</b> is the same record in the standard form that other
clinics' programs read (HL7 FHIR R4); the folder <b>files</b> holds pictures and letters as they came. You may ask for mistakes to be put right.</p>
${sections.join('\n')}
${notes(db, page.patient)}
${letters.length === 0 ? '' : `<h2>Letters as they were read</h2>${letters.map((one) => `<h3>${escaped(one.title)}, page ${one.page}</h3><pre>${escaped(one.text)}</pre>`).join('\n')}`}
${page.files.length === 0 ? '' : `<h2>Files</h2><ul>${page.files.map((name) => `<li>${escaped(name)}</li>`).join('')}</ul>`}
${section(
  'Who has seen or changed this record',
  ['When', 'Who', 'What', 'Outcome', 'Reason'],
  page.seen.map((one) => [when(one.at), one.person, one.act, one.outcome, one.reason ?? '']),
)}
</body></html>
`;
}

function notes(db: Db, patient: string): string {
  const written = resourcesOfPatient(db, patient, 'DocumentReference').flatMap(({ resource }) => {
    const data = text(at(resource.content, 'attachment', 'data'));
    if (data === undefined || !text(at(resource.content, 'attachment', 'contentType'))?.startsWith('text/plain')) return [];
    const heading = [
      text(resource.description) ?? 'Note',
      when(text(resource.date) ?? ''),
      text(at(resource.author, 'display')) ?? '',
    ]
      .filter(Boolean)
      .join(', ');
    return [`<h3>${escaped(heading)}</h3><pre>${escaped(Buffer.from(data, 'base64').toString('utf8'))}</pre>`];
  });
  return written.length === 0 ? '' : `<h2>What was written</h2>${written.join('\n')}`;
}

function cells(db: Db, row: Row): string[] {
  return [
    when(row.at ?? ''),
    [row.title ?? named(db, row.title_ref), row.detail].filter(Boolean).join(' · '),
    [row.printed, row.unit].filter(Boolean).join(' '),
    row.status ?? '',
    row.by ?? '',
  ];
}

function named(db: Db, reference: string | null): string {
  const [type = '', id = ''] = reference?.split('/') ?? [];
  return (
    text(at(readResource(db, type, id)?.resource.code, 'text')) ??
    text(at(readResource(db, type, id)?.resource.code, 'coding', 'display')) ??
    ''
  );
}

function section(heading: string, columns: readonly string[], rows: readonly string[][]): string {
  const line = (cell: string, tag: string) => `<${tag}>${escaped(cell)}</${tag}>`;
  return `<h2>${escaped(heading)}</h2><table><thead><tr>${columns.map((column) => line(column, 'th')).join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((cell) => line(cell, 'td')).join('')}</tr>`)
    .join('\n')}</tbody></table>`;
}

const when = (time: string) => time.slice(0, 16).replace('T', ' ');

function escaped(value: string): string {
  return value.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
