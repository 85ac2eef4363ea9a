/** One page of a letter through our Tesseract against the native program with one thread, where that is installed. The same picture, warm and in one run. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { openPdf } from '../../src-main/core/documents/decode/pdf.ts';
import { closeTesseract, readWithTesseract } from '../../src-main/core/documents/engines/tesseract.ts';
import { textPdf } from '../../src-main/core/documents/made-up.ts';
import { pairedAsync, type Row, timed } from './measure.ts';

const TEXT = Array.from(
  { length: 38 },
  (_, line) =>
    `${line + 1}. The patient was reviewed today; blood pressure ${120 + line}/${70 + (line % 20)} mmHg, pulse ${60 + line}/min.`,
);

export async function benchOcr(rounds: number): Promise<Row[]> {
  const installed = spawnSync('tesseract', ['--version']).status === 0;
  const page = (await openPdf(textPdf([TEXT]))).render(0).image;
  const ours = () => timed(() => readWithTesseract(page, 'eng'));
  await ours();
  if (!installed) {
    const ms = await ours();
    await closeTesseract();
    return [{ name: 'recognition of a page (native tesseract is not installed)', ours: `${ms.toFixed(0)} ms`, other: '' }];
  }
  const dir = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
  const path = join(dir, 'page.png');
  writeFileSync(
    path,
    await sharp(page.data, { raw: { width: page.width, height: page.height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer(),
  );
  // The very data that we ship, so that program is compared with program.
  const data = createRequire(import.meta.url).resolve('@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz');
  writeFileSync(join(dir, 'eng.traineddata'), gunzipSync(readFileSync(data)));
  const native =
    (...data: string[]) =>
    () =>
      timed(async () =>
        execFileSync('tesseract', [path, '-', '-l', 'eng', '--psm', '3', ...data], {
          env: { ...process.env, OMP_THREAD_LIMIT: '1' },
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      );
  const row = (name: string, measured: { ours: number; other: number; ratio: number }): Row => ({
    name,
    ours: `${measured.ours.toFixed(0)} ms`,
    other: `native, one thread ${measured.other.toFixed(0)} ms`,
    ratio: measured.ratio,
    wanted: 2.2,
  });
  const rows = [
    row(
      'recognition of a page by Tesseract alone, the native program with its own data',
      await pairedAsync(rounds, ours, native()),
    ),
    row(
      'recognition of a page by Tesseract alone, the native program with our data',
      await pairedAsync(rounds, ours, native('--tessdata-dir', dir)),
    ),
  ];
  await closeTesseract();
  rmSync(dir, { recursive: true, force: true });
  return rows;
}
