/**
 * Writes the squares that train.py reads, made by the preparation of the application itself.
 * node prepare.ts --data SHARED_DATA --out PREPARED [--size 288]
 * For each picture one row of squares.bin (size * size * 3 bytes, RGB) and one line of index.jsonl.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareFundus } from '../../../src-main/core/reading/preparation.ts';
import { listRows } from './rows.ts';

const { values } = parseArgs({
  options: { data: { type: 'string' }, out: { type: 'string' }, size: { type: 'string', default: '288' } },
});
if (!values.data || !values.out) throw new Error('usage: node prepare.ts --data SHARED_DATA --out PREPARED [--size 288]');
await prepareAll(values.data, values.out, Number(values.size));

async function prepareAll(data: string, out: string, size: number): Promise<void> {
  await mkdir(out, { recursive: true });
  const squares = createWriteStream(join(out, 'squares.bin'));
  const index = createWriteStream(join(out, 'index.jsonl'));
  const rows = await listRows(data);
  for (const [n, row] of rows.entries()) {
    const { rgb, quality, crop, width, height } = await prepareFundus(await readFile(join(data, row.file)), size);
    if (!squares.write(rgb)) await new Promise<void>((resume) => squares.once('drain', () => resume()));
    index.write(`${JSON.stringify({ ...row, size, width, height, crop, quality })}\n`);
    if (n % 500 === 0) console.log(`${n} of ${rows.length}`);
  }
  await Promise.all([squares, index].map((file) => new Promise<void>((done) => file.end(() => done()))));
  console.log(`${rows.length} pictures prepared`);
}
