import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { ADMIN, testCore } from '../../tests/fixtures/core.ts';
import { brokenRules } from '../../tests/fixtures/ips-rules.ts';
import { readPdf } from '../../tests/fixtures/read-pdf.ts';

const subject = { reference: 'Patient/amina-1' };
const records = [
  {
    resourceType: 'Patient',
    id: 'amina-1',
    name: [{ family: 'Otieno', given: ['Amina'] }],
    birthDate: '1984-03-17',
    gender: 'female',
  },
  { resourceType: 'Patient', id: 'bo-1', name: [{ family: 'Bo' }], birthDate: '1990-02-01' },
  { resourceType: 'AllergyIntolerance', id: 'a1', criticality: 'high', code: { text: 'Penicillin' }, patient: subject },
];

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-test-'));
  const made = await testCore(folder);
  await made.create();
  await made.core.close();
  const entry = records.map((resource) => ({ resource }));
  writeFileSync(join(folder, 'records.json'), JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  expect(lamplight(['import', 'records.json']).status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lamplight(args: readonly string[]) {
  const env = {
    ...process.env,
    LAMPLIGHT_USER: ADMIN.userName,
    LAMPLIGHT_PASSWORD: ADMIN.password,
    LAMPLIGHT_VAULT: join(folder, 'clinic'),
    LAMPLIGHT_DEVICE_KEY_DIR: join(folder, 'device-keys'),
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src-main/cli/main.ts'), ...args], {
    env,
    cwd: folder,
  });
  return { status, stdout, stderr: stderr.toString('utf8') };
}

test('the summary of one patient on standard output is one IPS document and nothing else', () => {
  const { status, stdout } = lamplight(['export', '--patient', 'amina-1', '--format', 'ips']);
  expect(status).toBe(0);
  expect(brokenRules(stdout.toString('utf8'))).toEqual([]);
  expect(stdout.toString('utf8')).toContain('Penicillin');
});

test('of all patients: a document a line in a file for its owner alone, and a PDF', async () => {
  const ips = lamplight(['export', '--all', '--format', 'ips', '--out', 'all.ndjson', '--json']);
  expect([ips.status, JSON.parse(ips.stdout.toString('utf8'))]).toEqual([0, { ok: true, file: 'all.ndjson' }]);
  const lines = readFileSync(join(folder, 'all.ndjson'), 'utf8').trimEnd().split('\n');
  expect(lines.map(brokenRules)).toEqual([[], []]);
  expect(statSync(join(folder, 'all.ndjson')).mode & 0o077).toBe(0);

  expect(lamplight(['export', '--all', '--format', 'ips-pdf', '--out', 'all.pdf']).status).toBe(0);
  const { byPage } = await readPdf(readFileSync(join(folder, 'all.pdf')));
  expect(byPage).toEqual([expect.stringContaining('Penicillin'), expect.stringContaining('born 1990-02-01')]);
});

test('it stands in the log of the patient whose summary went out', () => {
  const { stdout } = lamplight(['audit', 'list', '--patient', 'amina-1', '--json']);
  const { entries } = JSON.parse(stdout.toString('utf8')) as { entries: { procedure: string; outcome: string }[] };
  expect(entries).toContainEqual(expect.objectContaining({ procedure: 'records.exportSummary', outcome: 'ok' }));
});

test.each([
  ['an unknown format', ['--all', '--format', 'cda'], 2],
  ['neither one nor all', ['--format', 'ips'], 2],
  ['a folder that is not there', ['--all', '--format', 'ips', '--out', 'nowhere/x.json'], 2],
  ['somebody who is not there', ['--patient', 'nobody', '--format', 'ips-pdf', '--out', 'x.pdf'], 1],
])('%s is answered with a sentence, and no file is left', (_what, args, status) => {
  const run = lamplight(['export', ...args]);
  expect(run.status).toBe(status);
  expect(run.stderr).not.toMatch(/\n\s+at /);
  expect(statSync(join(folder, 'x.pdf'), { throwIfNoEntry: false })).toBeUndefined();
});
