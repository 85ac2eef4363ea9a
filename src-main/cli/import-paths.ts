/** `import`: each file goes to the domain that knows its kind. DICOM files are read one after the other, so that a whole disc need not fit into memory. */
import { open, readFile } from 'node:fs/promises';
import { AppError } from '../../src-shared/errors/index.ts';
import type { Context } from '../core/context.ts';
import { listPaths, type NamedFile } from './paths.ts';

/** Enough to tell DICOM by its beginning, also without preamble. */
const HEAD_BYTES = 65_536;

export interface ImportedFile {
  file: string;
  status: 'imported' | 'partly' | 'refused';
  kind: string;
  reason?: string | undefined;
  patients: string[];
  resources: number;
  created: number;
  updated: number;
}

/** Of what lies beside studies in a folder, such as the programs and papers of a disc. */
export const LEFT_OUT = 'This is no DICOM file, and it was left out.';

/** @param patient whose the DICOM files are, whatever they say. @returns results in the order of the paths */
export async function importPaths(
  context: Context,
  paths: readonly string[],
  patient: string | undefined,
  progress: (text: string) => void,
): Promise<ImportedFile[]> {
  const found = paths.map((path) => listPaths([path]));
  const files = found.flat();
  const { importDicom, isZip, looksLikeDicom, openDicomPool } = await import('../core/imaging/index.ts');
  const { importFiles } = await import('../core/records/index.ts');
  const [dicom, others]: [NamedFile[], NamedFile[]] = [[], []];
  const results: ImportedFile[] = [];
  for (const together of found) {
    const rest: { file: NamedFile; records: boolean }[] = [];
    let studies = false;
    for (const file of together) {
      const head = await headOf(file.path);
      const isStudy = looksLikeDicom(head);
      studies ||= isStudy;
      if (isStudy || isZip(head)) dicom.push(file);
      else rest.push({ file, records: mayBeRecords(file.name, head) });
    }
    for (const { file, records } of rest) {
      if (studies && !records) results.push(leftOut(file.name));
      else others.push(file);
    }
  }
  if (others.length > 0) {
    const read = await Promise.all(others.map(async ({ name, path }) => ({ name, bytes: await whole(path) })));
    results.push(...(await importFiles(context, read)).results);
  }
  if (dicom.length > 0) {
    const pool = openDicomPool();
    try {
      const incoming = dicom.map(({ name, path }) => ({ name, read: () => whole(path) }));
      results.push(
        ...(
          await importDicom(context, pool, incoming, {
            patient,
            source: 'terminal',
            progress: (done) => progress(`${done} DICOM files`),
          })
        ).results,
      );
    } finally {
      await pool.close();
    }
  }
  return inOrder(
    results,
    files.map(({ name }) => name),
  );
}

/** In the order of the files; what came out of an archive follows the archive's own place. */
function inOrder(results: readonly ImportedFile[], names: readonly string[]): ImportedFile[] {
  const order = new Map(names.map((name, index) => [name, index]));
  const placeOf = (file: string): number => {
    const known = order.get(file);
    const end = file.lastIndexOf('/');
    if (known !== undefined || end < 0) return known ?? names.length;
    return placeOf(file.slice(0, end));
  };
  return results
    .map((result) => ({ result, place: placeOf(result.file) }))
    .sort((a, b) => a.place - b.place)
    .map(({ result }) => result);
}

/** JSON by its name or beginning, or packed. */
function mayBeRecords(name: string, head: Uint8Array): boolean {
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  return packed || /\.(nd)?json$/i.test(name) || /^\uFEFF?\s*{/.test(Buffer.from(head).toString('utf8'));
}

const leftOut = (file: string): ImportedFile => ({
  file,
  status: 'refused',
  kind: 'dicom',
  reason: LEFT_OUT,
  patients: [],
  resources: 0,
  created: 0,
  updated: 0,
});

async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r').catch(unreadable);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const whole = (path: string): Promise<Uint8Array> => readFile(path).catch(unreadable);

function unreadable(cause: unknown): never {
  throw new AppError('file-unreadable', {}, { cause });
}
