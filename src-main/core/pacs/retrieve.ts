/** A study is fetched and taken in. Only what was asked for goes into a chart; whatever else an archive sends along waits for a person. */

import type { ImagingImportResult } from '../../../src-shared/contract/imaging.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Context, RunningJob } from '../context.ts';
import { type DicomPool, type IncomingFile, importDicom } from '../imaging/index.ts';
import { type WebArchive, wado } from './dicomweb.ts';
import type { Network } from './line.ts';
import type { DimseAddress } from './protocol.ts';
import { diskFree, roomLimits } from './room.ts';

export type Archive = { dimse: DimseAddress } | { web: WebArchive };

interface Wanted {
  archive: Archive;
  /** The archive's name here. */
  source: string;
  study: string;
  patient: string | undefined;
  /** As the archive said. */
  objects: number | undefined;
  job: RunningJob;
}

/** What is fetched is taken in at so many objects or bytes, so that a study of any size needs no more memory. */
const GROUP = { objects: 200, bytes: 256_000_000 };
/** A study that never ends is none. */
const STUDY_BYTES_MAX = 50_000_000_000;
/** Objects that did not come are listed up to this many. */
const MISSING_MAX = 1000;

/** Over the same line, or by DICOMweb. @throws AppError `not-found`, `pacs-*`, `disk-full`, `cancelled`; what came before stays */
export async function fetched(
  context: Context,
  pool: DicomPool,
  network: Network,
  { archive, source, study, patient, objects, job }: Wanted,
): Promise<ImagingImportResult> {
  let group: IncomingFile[] = [];
  let [came, held, bytes] = [0, 0, 0];
  const taken: ImagingImportResult = { results: [], waiting: [] };
  const takeIn = async () => {
    const files = group;
    [group, held] = [[], 0];
    const { results, waiting } = await importDicom(context, pool, files, {
      source,
      asked: { study, patient },
      signal: job.signal,
    });
    taken.results.push(...results);
    taken.waiting = [...new Set([...taken.waiting, ...waiting])];
  };
  const take = async (object: Uint8Array) => {
    bytes += object.byteLength;
    if (bytes > STUDY_BYTES_MAX)
      throw new AppError('file-too-large', { size: 'more', limit: `${STUDY_BYTES_MAX / 1e9} GB a study` });
    if (diskFree(context.vault.dir) < roomLimits.diskFree + held + object.byteLength) throw new AppError('disk-full');
    group.push({ name: `${++came}`, read: async () => object });
    held += object.byteLength;
    job.progress(came, Math.max(came, objects ?? 0));
    if (group.length >= GROUP.objects || held >= GROUP.bytes) await takeIn();
  };
  let failed = 0;
  try {
    if ('web' in archive) for await (const object of wado(archive.web, study, job.signal)) await take(object);
    else failed = await overTheLine(network, archive.dimse, study, job, take);
  } catch (thrown) {
    // What came whole before the line broke is kept, as the sentence says; what somebody called off is not.
    if (!job.signal.aborted && thrown instanceof AppError && thrown.code !== 'disk-full') await takeIn();
    throw thrown;
  }
  if (came === 0 && failed === 0) throw new AppError('not-found', { what: 'study in the archive' });
  await takeIn();
  for (let number = 1; number <= Math.min(failed, MISSING_MAX); number++) taken.results.push(missing(number, study));
  return taken;
}

/** @returns how many objects the archive could not send */
async function overTheLine(
  network: Network,
  to: DimseAddress,
  study: string,
  job: RunningJob,
  take: (object: Uint8Array) => Promise<void>,
): Promise<number> {
  // What stops us here is told to the archive as "not kept", and said in our own words at the end.
  let stopped: unknown;
  const onObject = async ({ bytes }: { bytes: Uint8Array }) => {
    if (stopped) return false;
    try {
      await take(bytes);
      return true;
    } catch (thrown) {
      stopped = thrown;
      return false;
    }
  };
  const { failed } = await network.ask('get', { to, study }, { signal: job.signal, onObject });
  if (stopped) throw stopped;
  return failed;
}

const missing = (number: number, study: string): ImagingImportResult['results'][number] => ({
  file: `missing ${number}`,
  status: 'refused',
  kind: 'dicom',
  reason: 'The archive could not send this object. Fetch the study again; ask whoever runs the archive if it stays so.',
  patients: [],
  resources: 0,
  created: 0,
  updated: 0,
  study,
});

/** By way of our receiver, to which it comes like anything else that is sent. */
export async function moved(network: Network, to: DimseAddress, study: string, job: RunningJob) {
  const { completed, failed, warnings } = await network.ask(
    'move',
    { to, study, destination: to.calling },
    { signal: job.signal },
  );
  if (completed + warnings === 0) throw new AppError('not-found', { what: 'study in the archive' });
  return { results: [], waiting: [], moved: completed + warnings, failed };
}
