/** What a model said and what a person made of it: named in the log, found by its filter, and in both exports. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEntry } from '../../../src-shared/contract/audit.ts';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { ENGINES, readBy } from '../documents/read-by.ts';
import { writePdf } from '../pdf.ts';

let made: TestCore;
let entries: AuditEntry[];
let csv: string;
let fhir: {
  entry: { resource: { agent: { name?: string }[]; entity: { detail?: { type: string; valueString: string }[] }[] } }[];
};

const of = (procedure: string) => entries.filter((entry) => entry.procedure === procedure).map((entry) => entry.ai);

beforeAll(async () => {
  made = await testCore();
  const client = await made.create();
  const { id: patient } = await client.call('patients.register', {
    family: 'Otieno',
    given: 'Amina',
    birthDate: '1984-03-17',
    sex: 'female',
  });
  const bytes = await writePdf({ title: 'Letter', footer: 'Kisumu', at: '2026-11-22T08:00:00Z' }, (paper) => {
    paper.title('Discharge letter');
    paper.section('Medications', ['Metformin 500 mg tablet, one twice daily', 'Lisinopril 10 mg tablet, one once daily']);
    paper.section('Diagnoses', ['Type 2 diabetes mellitus']);
  });
  const { upload } = await client.call('uploads.begin', { name: 'letter.pdf', size: bytes.byteLength });
  await client.call('uploads.chunk', { upload, offset: 0, bytes });
  const { job } = await client.call('documents.add', { patient, upload });
  // What the job of this procedure resolves to.
  const result = (await made.core.clinic()?.jobs.wait(job)) as { document: string } | undefined;
  const id = result?.document ?? '';
  const { proposals } = await client.call('documents.get', { patient, id });
  const medicines = proposals.filter((proposal) => proposal.kind === 'medication');
  const [first, second] = [medicines[0]?.id ?? '', medicines[1]?.id ?? ''];
  await client.call('documents.accept', { patient, id, proposal: first, value: { dose: '850 mg' } });
  await client.call('documents.setAside', { patient, id, proposal: second });
  await client.call('coaching.ask', { question: 'What are the symptoms of diabetic retinopathy?', patient });
  await client.call('coaching.ask', { question: 'Who won the football match yesterday evening?' });
  entries = (await client.call('audit.list', { ai: true })).entries;
  csv = (await client.call('audit.export', { format: 'csv' })).document;
  fhir = JSON.parse((await client.call('audit.export', { format: 'fhir' })).document);
}, 120_000);
afterAll(() => made.remove());

test('lines of a letter: which engines offered them, and what became of them', () => {
  const reader = { model: 'letter entities (text layer)', version: expect.stringMatching(/^\d+\.\d+$/) };
  const outcome = (words: string | RegExp) => [{ ...reader, outcome: expect.stringMatching(words) }];
  expect(of('documents.accept')).toEqual(outcome(/^medication accepted, changed$/));
  expect(of('documents.setAside')).toEqual(outcome(/^medication set aside$/));
  expect(of('documents.add')).toEqual(outcome(/^lines offered: [2-9]; pages read: 1$/));
  expect(entries.every((entry) => entry.ai !== undefined)).toBe(true);
  expect(JSON.stringify(entries)).not.toMatch(/metformin|lisinopril|850/i);
});

test('answers of the coach: the model that found the passages, those offered and those used', () => {
  const [refused, answered] = of('coaching.ask');
  const model = { model: 'all-MiniLM-L6-v2', version: '1.0.0' };
  const ids = (words: string | undefined, which: string) =>
    new RegExp(`${which} ([^;]+)`).exec(words ?? '')?.[1]?.split(' ') ?? [];
  expect(answered).toMatchObject(model);
  expect(answered?.outcome).toMatch(/^answered by local, \d of 10 passages used; /);
  expect(ids(answered?.outcome, 'offered')).toHaveLength(10);
  const used = ids(answered?.outcome, 'used');
  expect(used.length).toBeGreaterThan(0);
  expect(ids(answered?.outcome, 'offered')).toEqual(expect.arrayContaining(used));
  expect(refused).toMatchObject({ ...model, outcome: 'refused: question-not-clinical; offered none; used none' });
});

test('both exports carry model, version and outcome', () => {
  const row = csv.split('\r\n').find((line) => line.includes('documents.accept')) ?? '';
  expect(row).toContain('letter entities (text layer),');
  expect(row).toMatch(/"medication accepted, changed"$/);
  const resource = fhir.entry.find(({ resource: { agent } }) => agent.some(({ name }) => name === 'all-MiniLM-L6-v2 1.0.0'));
  expect(resource?.resource.entity.flatMap(({ detail = [] }) => detail)).toContainEqual(
    expect.objectContaining({ type: 'ai-outcome', valueString: expect.stringContaining('used 7_') }),
  );
});

test('the engines are named with the versions that are installed', () => {
  const require = createRequire(import.meta.url);
  const installed = JSON.parse(readFileSync(require.resolve('tesseract.js/package.json'), 'utf8')).version;
  expect(ENGINES.tesseract).toBe(`tesseract.js ${installed}`);
  expect(readBy('both', [{ source: 'recognised' }])).toMatch(/^letter entities \(PP-OCRv4 det .*, tesseract\.js .*\) /);
});
