/** Gives a study out: the files byte for byte as they came, or de-identified. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { Context } from '../../context.ts';
import type { Deidentified } from '../deidentify/deidentify.ts';
import { limits } from '../limits.ts';
import type { DicomPool } from '../pool.ts';
import { type Instance, instancesOf } from './instances.ts';

export interface ExportedFile {
  /** Path inside of the export: series and instance by number, never by name. */
  name: string;
  bytes: Uint8Array;
}

export interface ExportOptions {
  deidentify: boolean;
  shiftDays?: number | undefined;
  signal?: AbortSignal | undefined;
  progress?: (done: number, total: number) => void;
}

/**
 * @param take gets the files one after the other
 * @returns what was left out or is to be looked at, as sentences
 * @throws AppError `not-found`
 */
export async function exportStudy(
  context: Context,
  pool: DicomPool,
  patient: string,
  study: string,
  options: ExportOptions,
  take: (file: ExportedFile) => void | Promise<void>,
): Promise<{ files: number; warnings: string[] }> {
  const instances = instancesOf(context, patient, study).sort(inSeries);
  if (instances.length === 0) throw new AppError('not-found', { what: 'study' });
  const secret = context.chance.bytes(32);
  const pseudonym = `ANON-${Buffer.from(context.chance.bytes(5)).toString('hex').toUpperCase()}`;
  const found = new Map<string, number>();
  const count = (what: string) => found.set(what, (found.get(what) ?? 0) + 1);
  const series = [...new Set(instances.map((one) => one.series))];
  let files = 0;
  for (const [index, instance] of instances.entries()) {
    if (options.signal?.aborted) throw new AppError('cancelled');
    const name = `SE${String(series.indexOf(instance.series) + 1).padStart(3, '0')}/IM${String(index + 1).padStart(5, '0')}.dcm`;
    const bytes = await context.vault.files.read(instance.file);
    if (!options.deidentify) await take({ name, bytes });
    else {
      const made = await pool
        .ask(
          'deidentify',
          { bytes: new Uint8Array(bytes), options: { secret, pseudonym, shiftDays: options.shiftDays } },
          { seconds: limits.frameSeconds, signal: options.signal },
        )
        .catch(leftOut);
      if (!made) {
        count('left out');
        continue;
      }
      for (const warning of made.warnings) count(warning);
      await take({ name, bytes: made.bytes });
    }
    files++;
    options.progress?.(index + 1, instances.length);
  }
  return { files, warnings: [...found].map(([what, n]) => sentence(what as Deidentified['warnings'][number] | 'left out', n)) }; // keys counted above
}

function leftOut(thrown: unknown): null {
  if (thrown instanceof AppError && (thrown.code === 'dicom-unsupported' || thrown.code === 'dicom-damaged')) return null;
  throw thrown;
}

function sentence(what: Deidentified['warnings'][number] | 'left out', n: number): string {
  const files = n === 1 ? '1 file' : `${n} files`;
  switch (what) {
    case 'left out':
      return `${files} left out: reports, documents, drawings or damaged files, which cannot be de-identified by rule.`;
    case 'burnt-in':
      return `${files} with writing in the picture itself, as the files say: look at each before you pass it on.`;
    case 'maybe-burnt-in':
      return `${files} of a kind that often has names written into the picture: look at each before you pass it on.`;
    case 'face':
      return `${files} of a head: a face can be made from such slices.`;
  }
}

function inSeries(a: Instance, b: Instance): number {
  return a.series.localeCompare(b.series) || (a.facts.number ?? 0) - (b.facts.number ?? 0) || a.uid.localeCompare(b.uid);
}
