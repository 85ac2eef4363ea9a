/** Photographs and their readings in the chart. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { modelsDir } from '../../../src-node/places.ts';
import type { Output } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, query, startJob } from '../bind.ts';
import type { Context, Db, RunningJob } from '../context.ts';
import { isoTime } from '../ports.ts';
import { putResource, readResource } from '../records/index.ts';
import type { WrittenFile } from '../vault/index.ts';
import { decodeSmall, knownFormat } from './decode.ts';
import { readFundus } from './read-fundus.ts';
import { listModels } from './registry.ts';
import {
  deviceOf,
  type Eye,
  fileOfMedia,
  mediaOf,
  readingOf,
  resourcesOfReading,
  type StoredReading,
  storedReadingOf,
} from './resources.ts';
import { offeredProviders } from './session.ts';

/** Longer side of the pictures that the page shows, in pixels. */
const SIDES = { thumbnail: 256, screen: 1600 } as const;
const PICTURES_KEPT_MAX = 48;

export interface NewImage {
  patient: string;
  name: string;
  bytes: Uint8Array;
  eye: Eye;
  task: 'fundus' | 'none';
}

/** Keeps a photograph, encrypted, and its reading, in one transaction. Throws `image-*`, `model-*`; then nothing stays behind. */
export async function addImage(
  context: Context,
  image: NewImage,
  job?: RunningJob,
): Promise<{ image: string; reading: string | null }> {
  const imageId = context.chance.id();
  const { width, height, mediaType } = await pictureFacts(image.bytes);
  job?.progress(0, 2);
  const writing = context.vault.files.write(image.patient, image.name, mediaType, image.bytes);
  try {
    const [written, read] = await Promise.all([
      writing,
      image.task === 'none' ? readable(image.bytes) : readFundus(image.bytes, { models: modelsDir, providers: [] }),
    ]);
    const found =
      read && readingOf(read, { reading: context.chance.id(), image: imageId, patient: image.patient }, isoTime(context.clock));
    job?.progress(1, 2);
    return context.write({ action: 'C', procedure: 'images.add', patient: image.patient, model: modelName(found) }, (tx) =>
      putImage(context, tx, { ...image, id: imageId, width, height, written, found }),
    );
  } catch (thrown) {
    await writing.then(
      (file) => context.vault.files.drop(file),
      () => undefined,
    );
    throw thrown;
  }
}

interface ReadImage {
  id: string;
  patient: string;
  eye: Eye;
  width: number;
  height: number;
  written: WrittenFile;
  found: StoredReading | null;
}

function putImage(context: Context, tx: WriteTx, { id, patient, eye, width, height, written, found }: ReadImage): { image: string; reading: string | null } {
  const file = context.vault.files.record(tx.db, written, tx.at);
  putResource(tx, mediaOf(id, patient, { ...written, id: file }, eye, tx.at, { width, height }), { patient, origin: 'person', file });
  if (found) putReading(tx, found);
  return { image: id, reading: found?.reading.id ?? null };
}

export const readingProcedures: Handlers = {
  'images.add': startJob(async (context, input) => {
    const run = async (job: RunningJob) => {
      const { name, bytes } = await context.uploads.take(input.upload);
      return addImage(context, { patient: input.patient, name, bytes, eye: input.eye, task: input.task }, job);
    };
    return {
      job: context.jobs.start({ kind: 'image', title: 'Reading a photograph', unit: 'steps', patient: input.patient, run }),
    };
  }),
  'images.picture': query(async (context, input) => picture(context, input.patient, input.image, SIDES[input.size])),
  'readings.get': query((context, input) => get(context.vault.db, input.patient, input.id).reading),
  'readings.ofImage': query((context, input) => ({ readings: ofImage(context.vault.db, input.patient, input.image) })),
  'readings.heatMap': query((context, input) => {
    const { heat } = get(context.vault.db, input.patient, input.id);
    return heat ? { width: heat.width, height: heat.height, values: new Uint8Array(Buffer.from(heat.values, 'base64')) } : null;
  }),
  'readings.again': startJob(async (context, input) => {
    const run = async (job: RunningJob) => {
      const bytes = await original(context, input.patient, input.image);
      job.progress(1, 2);
      const found = readingOf(
        await readFundus(bytes, { models: modelsDir, providers: [] }),
        { reading: context.chance.id(), image: input.image, patient: input.patient },
        isoTime(context.clock),
      );
      return context.write(
        { action: 'E', procedure: 'readings.again', patient: input.patient, model: modelName(found) },
        (tx) => {
          putReading(tx, found);
          return { image: input.image, reading: found.reading.id };
        },
      );
    };
    return {
      job: context.jobs.start({ kind: 'image', title: 'Reading a photograph', unit: 'steps', patient: input.patient, run }),
    };
  }),
  'readings.decide': command((context, tx, input) => {
    const stored = get(tx.db, input.patient, input.id);
    if (stored.reading.decision) throw new AppError('conflict');
    if (input.verdict !== 'accepted' && !input.reason?.trim())
      throw new AppError('invalid-input', { what: 'a reason is needed to change or reject a reading' });
    if (input.verdict === 'changed' && input.grade === undefined)
      throw new AppError('invalid-input', { what: 'the grade that it is changed to is missing' });
    const decided: StoredReading = {
      ...stored,
      reading: {
        ...stored.reading,
        decision: { verdict: input.verdict, grade: input.grade, reason: input.reason, by: context.person.displayName, at: tx.at },
      },
    };
    for (const resource of resourcesOfReading(decided, { id: context.person.id, name: context.person.displayName }, tx.at)) {
      putResource(tx, resource, { patient: input.patient, origin: input.verdict === 'rejected' ? 'machine' : 'person' });
    }
    tx.model(modelName(stored) ?? '');
    tx.changed(['readings', 'chart'], input.patient);
    return { ok: true as const };
  }),
  'readings.unread': query((context, input) => {
    const rows = context.vault.db
      .prepare<[string, number], { id: string; patient: string; name: string }>(
        `SELECT c.id, c.patient, p.name FROM care_team t JOIN chart_row c ON c.patient = t.patient AND c.list = 'readings' AND c.status = 'preliminary' AND c.type = 'DiagnosticReport'
         JOIN patient_row p ON p.id = c.patient WHERE t.person = ? ORDER BY c.at_ms DESC LIMIT ?`,
      )
      .all(context.person.id, input.limit);
    return { items: rows.map((row) => ({ reading: get(context.vault.db, row.patient, row.id).reading, patientName: row.name })) };
  }),
  'models.list': query(async () => {
    const providers = offeredProviders();
    const models = await listModels(modelsDir);
    return {
      models: await Promise.all(
        models.map(async (model) => ({
          id: model.id,
          version: model.version,
          task: model.task,
          intendedUse: model.intendedUse,
          provider: providers.join(', '),
          researchUse: model.use,
          card: await readFile(join(modelsDir, model.id, 'card.md'), 'utf8').catch(() => ''),
          metrics: model.metrics,
        })),
      ),
    };
  }),
};

type WriteTx = Parameters<Parameters<Context['write']>[1]>[0];

function putReading(tx: WriteTx, found: StoredReading): void {
  const { patient } = found.reading;
  putResource(tx, deviceOf(found.reading), { origin: 'machine' });
  for (const resource of resourcesOfReading(found, null, tx.at)) putResource(tx, resource, { patient, origin: 'machine' });
  tx.changed(['readings', 'images', 'chart'], patient);
}

function get(db: Db, patient: string, id: string): StoredReading {
  const report = readResource(db, 'DiagnosticReport', id);
  const stored = report?.patient === patient ? storedReadingOf(report.resource) : undefined;
  if (!stored) throw new AppError('not-found', { what: 'reading' });
  return stored;
}

function ofImage(db: Db, patient: string, image: string): Output<'readings.ofImage'>['readings'] {
  const rows = db
    .prepare<[string, string], { id: string }>(
      "SELECT r.id FROM reference r JOIN resource s ON s.type = r.type AND s.id = r.id AND s.deleted = 0 WHERE r.target_type = 'Media' AND r.target_id = ? AND r.type = 'DiagnosticReport' AND s.patient = ?",
    )
    .all(image, patient);
  return rows.map((row) => get(db, patient, row.id).reading).sort((one, other) => (one.at < other.at ? 1 : -1));
}

function modelName(stored: StoredReading | null): string | undefined {
  return stored ? `${stored.reading.model} ${stored.reading.modelVersion}` : undefined;
}

/** A picture that is not graded must be whole and within the limits all the same. */
async function readable(bytes: Uint8Array): Promise<null> {
  await decodeSmall(bytes, SIDES.thumbnail);
  return null;
}

async function pictureFacts(bytes: Uint8Array): Promise<{ width: number; height: number; mediaType: string }> {
  if (bytes.byteLength === 0) throw new AppError('image-empty');
  if (!knownFormat(bytes)) throw new AppError('image-unsupported');
  try {
    const { width, height, format, autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { width: autoOrient.width ?? width, height: autoOrient.height ?? height, mediaType: `image/${format}` };
  } catch (cause) {
    throw new AppError('image-unreadable', {}, { cause });
  }
}

async function original(context: Context, patient: string, image: string): Promise<Uint8Array> {
  const media = readResource(context.vault.db, 'Media', image);
  const file = media?.patient === patient ? fileOfMedia(media.resource) : undefined;
  if (!file) throw new AppError('not-found', { what: 'image' });
  return await context.vault.files.read(file);
}

type Picture = Output<'images.picture'>;
/** Shrunk pictures of the last few images shown, in memory alone; each vault has its own. */
const shown = new WeakMap<Db, Map<string, Promise<Picture>>>();

async function picture(context: Context, patient: string, image: string, side: number): Promise<Picture> {
  const kept = shown.get(context.vault.db) ?? new Map<string, Promise<Picture>>();
  shown.set(context.vault.db, kept);
  const key = `${patient}/${image}/${side}`;
  const known = kept.get(key);
  if (known) return await known;
  const made = shrink(await original(context, patient, image), side);
  kept.set(key, made);
  for (const old of kept.keys()) if (kept.size > PICTURES_KEPT_MAX) kept.delete(old);
  made.catch(() => kept.delete(key));
  return await made;
}

async function shrink(bytes: Uint8Array, side: number): Promise<Picture> {
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: 160_000_000 })
      .autoOrient()
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 88 })
      .toBuffer({ resolveWithObject: true });
    return { bytes: new Uint8Array(data), mediaType: 'image/jpeg', width: info.width, height: info.height };
  } catch (cause) {
    throw new AppError('image-unreadable', {}, { cause });
  }
}
