import { describe, expect, test } from 'vitest';
import type { Input } from '../../../src-shared/contract/index.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { ADA, ada, problem, subject, vaultWith } from '../../../tests/fixtures/ada.ts';
import { brokenRules } from '../../../tests/fixtures/ips-rules.ts';
import { readPdf } from '../../../tests/fixtures/read-pdf.ts';
import { amina, callerOf, type TestVault } from '../../../tests/fixtures/vault.ts';
import { openHandouts } from '../handouts/index.ts';
import { openPlaces } from '../places.ts';
import { importFiles } from '../records/index.ts';
import { ipsProcedures } from './index.ts';
import { summariesPdf } from './paper.ts';
import { summaryOf } from './summary.ts';

describe('as a procedure', () => {
  const asked = async (vault: TestVault, input: Input<'records.exportSummary'>) => {
    const handouts = openHandouts(vault.context.chance, openPlaces(vault.context.clock, vault.context.chance));
    const made = await callerOf(ipsProcedures(handouts))(vault, 'records.exportSummary', input);
    const pieces: Uint8Array[] = [];
    for (let piece = handouts.next(amina.id, made.handout); !piece.done; piece = handouts.next(amina.id, made.handout))
      pieces.push(piece.bytes);
    return { ...made, bytes: new Uint8Array(Buffer.concat(pieces)) };
  };

  test('all patients: a document a line, and sheets of paper that are counted for each', async () => {
    const vault = await vaultWith(
      { resourceType: 'Patient', id: 'bo', name: [{ family: 'Bo' }], birthDate: '1980-01-01' },
      ...Array.from({ length: 90 }, (_, n) => problem(`p${n}`, `Problem number ${n} `.repeat(5))),
    );
    const { name, bytes } = await asked(vault, { format: 'ips' });
    const lines = Buffer.from(bytes).toString('utf8').trimEnd().split('\n');
    expect(name).toMatch(/^patient-summaries-.*\.ndjson$/);
    expect(lines.map(brokenRules)).toEqual([[], []]);
    const pdf = await asked(vault, { format: 'ips-pdf' });
    const { byPage, pages } = await readPdf(pdf.bytes);
    expect(byPage.map((page) => [page.includes('OKONKWO'), page.includes('born 1980')])).toEqual([
      ...Array.from({ length: pages - 1 }, () => [true, false]),
      [false, true],
    ]);
    expect(byPage[0]).toContain(`page 1 of ${pages - 1}`);
    expect(byPage.at(-1)).toContain('page 1 of 1');
  });

  test('what is fetched later holds nobody whose care this person has left meanwhile', async () => {
    const vault = await vaultWith({ resourceType: 'Patient', id: 'bo', name: [{ family: 'Bo' }], birthDate: '1980-01-01' });
    const { db, chance, clock } = { ...vault.context, db: vault.context.vault.db };
    const handouts = openHandouts(chance, openPlaces(clock, chance));
    const { handout } = await callerOf(ipsProcedures(handouts))(vault, 'records.exportSummary', { format: 'ips' });
    db.prepare('DELETE FROM care_team WHERE patient = ? AND person = ?').run(ADA, amina.id);
    const text = Buffer.concat([...handouts.pieces(amina.id, handout)]).toString('utf8');
    expect(text).toContain('Bo');
    expect(text).not.toContain('Okonkwo');
  });

  test('one patient; the name of the file names nobody', async () => {
    const vault = await vaultWith(problem('p1', 'Diabetes'));
    const { name, mediaType, bytes } = await asked(vault, { patient: patientId.parse(ADA), format: 'ips' });
    expect([name, mediaType]).toEqual(['patient-summary-2026-03-01.json', 'application/fhir+json']);
    expect(brokenRules(Buffer.from(bytes).toString('utf8'))).toEqual([]);
    const pdf = await readPdf((await asked(vault, { patient: patientId.parse(ADA), format: 'ips-pdf' })).bytes);
    expect(pdf.text).toMatch(/International Patient Summary.*OKONKWO.*KE-77.*Diabetes.*no information about allergies/);
  });
});

test('paper: doses stay what they are, and names in other letters are said to be written in Latin ones', async () => {
  const { context } = await vaultWith({
    resourceType: 'MedicationStatement',
    id: 'm1',
    status: 'active',
    medicationCodeableConcept: { text: 'Levothyroxine 50 μg' },
    subject,
  });
  const made = async () => (await readPdf(await summariesPdf(summaryOf(context, ADA), []))).text;
  // The reader answers the micro sign as the Greek letter.
  expect(await made()).toMatch(/Levothyroxine 50 [µμ]g/);
  expect(await made()).not.toContain('other scripts');
  await importFiles(context, [
    { name: 'p.json', bytes: new TextEncoder().encode(JSON.stringify({ ...ada, name: [{ family: 'Παπαδόπουλος' }] })) },
  ]);
  expect(await made()).toMatch(/PAPADOPOYLOS.*other scripts are written here in Latin letters/);
});

test('paper: a text without end is cut and says so, and every page keeps its margins', async () => {
  const { context } = await vaultWith(problem('p1', 'Diabetes', { note: [{ text: 'x'.repeat(20_000) }] }), {
    resourceType: 'CarePlan',
    id: 'c1',
    status: 'active',
    intent: 'plan',
    title: 'Plan',
    description: 'Word '.repeat(4000),
    subject,
  });
  const { pages, text } = await readPdf(await summariesPdf(summaryOf(context, ADA), []));
  expect(pages).toBeLessThan(4);
  expect(text).toContain('more in the electronic document');
});
