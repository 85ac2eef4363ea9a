/** `npm run bench`: what this machine makes of it, as ratios in one run. Writes out/bench/report.json. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../src-node/root.ts';
import type { Row } from './measure.ts';

const wanted = process.argv.slice(2);
const parts: Record<string, () => Promise<Row[]>> = {
  vault: async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
    try {
      const { benchUnlock } = await import('./unlock.ts');
      const { benchFiles } = await import('./files.ts');
      return [...(await benchUnlock(dir, 5)), ...(await benchFiles(dir, 25)), ...(await import('./vault.ts')).benchVault(dir, 5)];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
  audit: async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
    try {
      return await (await import('./audit.ts')).benchAudit(dir);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
  rotate: async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
    try {
      return await (await import('./rotate.ts')).benchRotate(dir);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
  reading: async () => (await import('./reading.ts')).benchReading(15),
  dicom: async () => (await import('./dicom.ts')).benchDicom(5),
  ocr: async () => (await import('./ocr.ts')).benchOcr(3),
  viewer: async () => [
    ...(await (await import('./viewer.ts')).benchViewer()),
    ...(await (await import('./large-picture.ts')).benchLargePicture()),
  ],
  start: async () => (await import('./start.ts')).benchStart(5),
};

const rows: Row[] = [];
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`measuring ${name} ...\n`);
  rows.push(...(await run()));
}
const mark = (row: Row) => (row.ratio === undefined || row.wanted === undefined ? '' : row.ratio < row.wanted ? 'yes' : 'NO');
const table = rows.map((row) => [
  row.name,
  row.ours,
  row.other,
  row.ratio?.toFixed(2) ?? '',
  row.wanted === undefined ? '' : `< ${row.wanted}`,
  mark(row),
]);
const heads = ['what', 'Lamplight', 'against', 'ratio', 'wanted', 'met'];
const widths = heads.map((head, column) => Math.max(head.length, ...table.map((line) => (line[column] ?? '').length)));
const print = (line: readonly string[]) =>
  process.stdout.write(
    `${line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`,
  );
process.stdout.write(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}\n\n`);
print(heads);
print(widths.map((width) => '-'.repeat(width)));
for (const line of table) print(line);
mkdirSync(join(root, 'out', 'bench'), { recursive: true });
writeFileSync(join(root, 'out', 'bench', 'report.json'), JSON.stringify({ rows }, null, 2));
process.exit();
