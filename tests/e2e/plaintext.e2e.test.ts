/**
 * No clear text on the disk: names, identifiers, texts, a letter and its picture are entered by the page and at the terminal, with home, configuration, cache and
 * temporary folders of their own; then every file below those is looked through, while the application runs and after it has ended. What is in memory (of the core,
 * of the page, in shared memory of the system) is not looked at here.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../src-node/root.ts';
import { type Scan, scanFolders } from '../hostile/scan-plain.ts';
import { person, register, setUpClinic, tab } from './clinic.ts';
import { type Application, environment, launch } from './harness.ts';

/** Words that stand nowhere in the program, its libraries or its models. */
const SAID = {
  family: 'Quibbleworth',
  given: 'Zoramarigold',
  note: 'left her burgundyumbrella behind',
  draft: 'halftypedthoughts about sleep',
  letter: 'ZANTHORRHOEA',
  imported: 'Ostrowheimer',
  identifier: 'NHS93817442177',
};
const LETTER = `<svg xmlns="http://www.w3.org/2000/svg" width="1240" height="800"><rect width="1240" height="800" fill="white"/><g font-family="DejaVu Sans, sans-serif" font-size="34">
<text x="90" y="120">Harbour Family Practice</text><text x="90" y="200">Patient: Zoramarigold Quibbleworth</text><text x="90" y="280">Diagnosis: poisoning by ZANTHORRHOEA</text>
<text x="90" y="360">Ramipril 5 mg by mouth once daily</text></g></svg>`;

let application: Application | undefined;
/** Everything that the application may write to; nothing of the test's own lies there. */
let home: string;
let inputs: string;
let markers: (string | Uint8Array)[];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'lamplight-plaintext-'));
  inputs = mkdtempSync(join(tmpdir(), 'lamplight-inputs-'));
  for (const folder of Object.values(folders())) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const picture = await sharp(Buffer.from(LETTER)).png().toBuffer();
  writeFileSync(join(inputs, 'letter.png'), picture);
  writeFileSync(join(inputs, 'bundle.json'), JSON.stringify(bundle()));
  // A stretch of the picture's own bytes, and the words in and around it.
  const middle = Math.floor(picture.length / 2);
  markers = [
    SAID.family,
    SAID.given,
    'burgundyumbrella',
    'halftypedthoughts',
    SAID.letter,
    SAID.imported,
    SAID.identifier,
    picture.subarray(middle, middle + 48),
  ];
  application = await launch({ home, env: folders() });
  application.page.setDefaultTimeout(60_000);
  await setUpClinic(application.page);
});

afterAll(async () => {
  await application?.close();
  for (const folder of [home, inputs]) rmSync(folder, { recursive: true, force: true });
});

const folders = () => ({
  XDG_CONFIG_HOME: join(home, 'xdg', 'config'),
  XDG_CACHE_HOME: join(home, 'xdg', 'cache'),
  XDG_DATA_HOME: join(home, 'xdg', 'data'),
  XDG_STATE_HOME: join(home, 'xdg', 'state'),
  TMPDIR: join(home, 'tmp'),
});
const scan = (): Scan => scanFolders([home], markers);

test('while names, notes, drafts and a letter are entered, nothing of them stands on the disk', async () => {
  if (!application) throw new Error('the application runs');
  const { page } = application;
  await register(page, { family: SAID.family, given: SAID.given, birthDate: '1931-02-27', sex: 'female' });
  await page.keyboard.press('n');
  await page.getByLabel('Title').fill('Round');
  await page.getByLabel('Text', { exact: true }).fill(SAID.note);
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByRole('button', { name: 'Sign', exact: true }).waitFor({ state: 'hidden' });
  await page.getByText(SAID.note).waitFor();
  await page.keyboard.press('n');
  await expect.poll(() => page.getByLabel('Text', { exact: true }).inputValue()).toBe('');
  await page.getByLabel('Text', { exact: true }).fill(SAID.draft);
  await page
    .getByText(/^Draft saved/)
    .first()
    .waitFor();
  await tab(page, 'Letters');
  await page.locator('input[type=file]').first().setInputFiles(join(inputs, 'letter.png'));
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Taken for: Letter').waitFor();
  await dialog.getByRole('button', { name: 'Take it' }).click();
  await dialog.getByRole('link', { name: 'Open the letter' }).click({ timeout: 120_000 });
  await page.getByRole('region', { name: 'Text of the page' }).getByText('ZANTHORRHOEA', { exact: false }).waitFor();

  const { files, bytes, finds } = scan();
  expect(finds).toEqual([]);
  // The vault is there, and it is what was looked through.
  expect(files).toBeGreaterThan(5);
  expect(bytes).toBeGreaterThan(100_000);
});

test('after the application has ended, nothing of them is left in the clear', async () => {
  await application?.close();
  application = undefined;
  expect(scan().finds).toEqual([]);
});

test('the terminal imports, searches and writes a record for a patient without leaving a trace but the file that was asked for', async () => {
  const out = join(inputs, 'record.zip');
  const cli = async (...args: string[]) =>
    JSON.parse(
      execFileSync(
        process.execPath,
        [join(root, 'src-main', 'cli', 'main.ts'), ...args, '--vault', join(home, 'vaults', 'clinic'), '--json'],
        {
          env: {
            ...(await environment(home)),
            ...folders(),
            LAMPLIGHT_USER: person.userName,
            LAMPLIGHT_PASSWORD: person.password,
          },
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      ),
    );
  expect((await cli('import', join(inputs, 'bundle.json'))).results).toMatchObject([{ status: 'imported' }]);
  const { results } = await cli('patient', 'search', SAID.imported);
  expect(results).toHaveLength(1);
  expect(await cli('export', '--patient', results[0].id, '--format', 'subject-access', '--out', out)).toMatchObject({ ok: true });
  // The file that was asked for holds it: so the scan sees what it is meant to see.
  expect(scanFolders([inputs], [SAID.imported]).finds.map(({ file }) => file)).toContain(out);
  expect(scan().finds).toEqual([]);
});

test('one planted text is found, in the clear and compressed', () => {
  writeFileSync(
    join(home, 'xdg', 'cache', 'thumbnails'),
    Buffer.concat([Buffer.alloc(5000, 7), Buffer.from(SAID.family, 'utf16le')]),
  );
  writeFileSync(
    join(home, 'tmp', 'crash.dmp'),
    Buffer.concat([Buffer.alloc(5000, 7), gzipSync(`stack of ${SAID.note}`.repeat(3))]),
  );
  expect(scan().finds.map(({ file, how }) => [file.slice(home.length + 1), how])).toEqual([
    [join('tmp', 'crash.dmp'), 'gzip, as it is'],
    [join('xdg', 'cache', 'thumbnails'), 'UTF-16'],
  ]);
});

function bundle() {
  return {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      {
        fullUrl: 'urn:uuid:7e6b7e0a-0c0e-4b0e-9f6e-2f1f3a1b5c01',
        resource: {
          resourceType: 'Patient',
          name: [{ family: SAID.imported, given: ['Ben'] }],
          birthDate: '1970-05-05',
          gender: 'male',
          identifier: [{ system: 'urn:example', value: SAID.identifier }],
        },
      },
    ],
  };
}
