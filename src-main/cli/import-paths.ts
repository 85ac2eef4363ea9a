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

/** @param patient whose the DICOM files are, whatever they say. @returns results in the order of the paths */
export async function importPaths(
  context: Context,
  paths: readonly string[],
  patient: string | undefined,
  progress: (text: string) => void,
): Promise<ImportedFile[]> {
  const files = listPaths(paths);
  const { importDicom, isZip, looksLikeDicom, openDicomPool } = await import('../core/imaging/index.ts');
  const { importFiles } = await import('../core/records/index.ts');
  const [dicom, others]: [NamedFile[], NamedFile[]] = [[], []];
  for (const file of files) {
    const head = await headOf(file.path);
    (looksLikeDicom(head) || isZip(head) ? dicom : others).push(file);
  }
  const results: ImportedFile[] = [];
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
  const order = new Map(files.map(({ name }, index) => [name, index]));
  // What came out of an archive follows the archive's own place.
  const place = ({ file }: ImportedFile) =>
    order.get(file) ?? [...order].find(([name]) => file.startsWith(`${name}/`))?.[1] ?? files.length;
  return results.sort((a, b) => place(a) - place(b));
}

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
