/** Decoding DICOM frames against dcmtk's own programs, one thread each, on the same 96 frames in four compressions. Needs ../shared and dcmtk; without them it says so. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDicomPool } from '../../src-main/core/imaging/index.ts';
import { root } from '../../src-node/root.ts';
import { pairedAsync, type Row, timed } from './measure.ts';

const SOURCE = join(process.env.LAMPLIGHT_SHARED ?? join(root, '..', 'shared'), 'data/dicom/xa/xa-coronary-96f.dcm');
const WANTED = 1.5;

const ways = [
  { name: 'JPEG baseline', pack: null, unpack: 'dcmdjpeg' },
  { name: 'JPEG lossless', pack: ['dcmcjpeg', '+e1'], unpack: 'dcmdjpeg' },
  { name: 'JPEG-LS', pack: ['dcmcjpls'], unpack: 'dcmdjpls' },
  { name: 'RLE', pack: ['dcmcrle'], unpack: 'dcmdrle' },
] as const;

export async function benchDicom(rounds: number): Promise<Row[]> {
  if (!existsSync(SOURCE) || !hasDcmtk())
    return [{ name: 'DICOM decoding', ours: 'left out', other: 'needs ../shared and dcmtk' }];
  const dir = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
  const one = openDicomPool(1);
  const all = openDicomPool();
  try {
    const native = join(dir, 'native.dcm');
    execFileSync('dcmdjpeg', [SOURCE, native]);
    const decodedMb = readFileSync(native).byteLength / 1e6;
    const rows: Row[] = [];
    for (const { name, pack, unpack } of ways) {
      const packed = pack ? join(dir, `${name}.dcm`) : SOURCE;
      if (pack) execFileSync(pack[0], [...pack.slice(1), native, packed]);
      const bytes = readFileSync(packed);
      const info = await one.ask('info', { bytes });
      if (info.status !== 'opened') throw new Error(`${name}: ${info.reason}`);
      const ours = () => timed(() => one.ask('info', { bytes }));
      const other = () => timed(async () => execFileSync(unpack, [packed, join(dir, 'out.dcm')]));
      const pair = await pairedAsync(rounds, ours, other);
      const rate = (ms: number) => `${Math.round((decodedMb * 1000) / ms)} MB/s`;
      rows.push({
        name: `96 frames of 512 x 512, ${name}, hashed (dcmtk: written)`,
        ours: rate(pair.ours),
        other: `${unpack} ${rate(pair.other)}`,
        ratio: pair.ratio,
        wanted: WANTED,
      });
      const together = await timed(() =>
        Promise.all(Array.from({ length: all.size }, () => all.ask('info', { bytes }, { priority: 1 }))),
      );
      rows.push({
        name: `the same on ${all.size} ${all.size === 1 ? 'thread' : 'threads'}`,
        ours: `${Math.round((decodedMb * all.size * 1000) / together)} MB/s`,
        other: '',
      });
    }
    return rows;
  } finally {
    await one.close();
    await all.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function hasDcmtk(): boolean {
  try {
    for (const tool of ['dcmdjpeg', 'dcmdjpls', 'dcmdrle', 'dcmcjpeg', 'dcmcjpls', 'dcmcrle'])
      execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
