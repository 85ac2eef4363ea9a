/** Photographs and films in the chart: kept encrypted, shown shrunk, read when they come in. */
import sharp from 'sharp';
import type { Output } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Context, Db, RunningJob } from '../context.ts';
import { instanceById, saysOf } from '../imaging/index.ts';
import { isoTime } from '../ports.ts';
import type { Priority } from '../queue.ts';
import { hiddenFrom, putResource, readResource } from '../records/index.ts';
import type { WrittenFile } from '../vault/index.ts';
import { birthDateOf } from './age.ts';
import { decodeSmall, knownFormat, PIXELS_MAX } from './decode.ts';
import { isDicom, openDicom } from './dicom.ts';
import { isAboutKind } from './gates.ts';
import { isChestFilm } from './header.ts';
import type { Task } from './manifest.ts';
import { readOptions } from './models-in-use.ts';
import { type ImageReading, readImage } from './read-image.ts';
import { modelName, outcomeOf, putReading, type WriteTx } from './readings.ts';
import { dateOfMedia, type Eye, fileOfMedia, isFilm, mediaOf, readingOf, type StoredReading } from './resources.ts';
import { readInShadow } from './shadow.ts';
import { lookAfterModels } from './watch/index.ts';

/** Longer side of the pictures that the page shows, in pixels. */
export const SIDES = { thumbnail: 256, screen: 1600 } as const;
const PICTURES_KEPT_MAX = 48;
/** A single picture of a modality is below it. */
const INSTANCE_BYTES_MAX = 512_000_000;

export interface NewImage {
  patient: string;
  name: string;
  bytes: Uint8Array;
  eye: Eye;
  /** `auto`: whichever model takes it for its own; `none`: it is kept and not read. */
  task: Task | 'auto' | 'none';
}

/** Keeps a picture, encrypted, and its reading, in one transaction. Throws `image-*`, `model-*`; then nothing stays behind. */
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
      image.task === 'none'
        ? readable(image.bytes)
        : readFor(context, image.patient, image.bytes, image.task === 'auto' ? undefined : image.task, {
            ...(job ? { signal: job.signal } : {}),
          }),
    ]);
    const found =
      read && readingOf(read, { reading: context.chance.id(), image: imageId, patient: image.patient }, isoTime(context.clock));
    job?.progress(1, 2);
    const kept = context.write(
      { action: 'C', procedure: 'images.add', patient: image.patient, model: modelName(found), modelOutcome: outcomeOf(found) },
      (tx) => putImage(context, tx, { ...image, id: imageId, width, height, written, found }),
    );
    if (found) await readInShadow(context, found.reading, image.bytes);
    await lookAfterModels(context);
    return kept;
  } catch (thrown) {
    await writing.then(
      (file) => context.vault.files.drop(file),
      () => undefined,
    );
    throw thrown;
  }
}

/** Reads a picture that is in the chart already and stores what was said. */
export async function readAgain(
  context: Context,
  { patient, image, task, model }: { patient: string; image: string; task?: Task; model?: string },
  how: { priority?: Priority; signal?: AbortSignal; procedure: string; tick?: (tx: WriteTx, read: ImageReading) => void },
): Promise<StoredReading> {
  const source = sourceOf(context, patient, image);
  const { film, instance, taken } = source;
  const bytes = await source.read();
  const { tick, procedure, ...reading } = how;
  const read = await readFor(context, patient, bytes, task ?? (film && model === undefined ? 'chest-xray' : undefined), {
    ...reading,
    taken,
    model,
  });
  const found = readingOf(read, { reading: context.chance.id(), image, patient, imagingStudy: instance }, isoTime(context.clock));
  // A picture that nobody called an eye or a film, and no model does, says nothing that belongs in the chart, unless somebody asked.
  const asked = procedure === 'readings.again';
  const idle = !asked && task === undefined && !film && !instance && read.status === 'refused' && isAboutKind(read.reason);
  context.write({ action: 'E', procedure, patient, model: modelName(found), modelOutcome: outcomeOf(found) }, (tx) => {
    if (!idle) putReading(tx, found);
    tick?.(tx, read);
  });
  if (!idle) await readInShadow(context, found.reading, bytes, taken);
  await lookAfterModels(context);
  return found;
}

/** With the models of this vault and the patient's age when the picture was taken, or now where nobody knows. */
async function readFor(
  context: Context,
  patient: string,
  bytes: Uint8Array,
  task: Task | undefined,
  how: { priority?: Priority; signal?: AbortSignal; taken?: string | undefined; model?: string | undefined },
) {
  const { taken = isoTime(context.clock), model, ...rest } = how;
  const options = await readOptions(context, task);
  return readImage(bytes, {
    ...options,
    use: options.use.filter(({ manifest }) => model === undefined || manifest.id === model),
    birthDate: birthDateOf(context.vault.db, patient),
    taken,
    ...rest,
  });
}

interface ReadPicture {
  id: string;
  patient: string;
  eye: Eye;
  task: NewImage['task'];
  width: number;
  height: number;
  written: WrittenFile;
  found: StoredReading | null;
}

function putImage(
  context: Context,
  tx: WriteTx,
  { id, patient, eye, task, width, height, written, found }: ReadPicture,
): { image: string; reading: string | null } {
  const file = context.vault.files.record(tx.db, written, tx.at);
  // Neither a person nor a model called it an eye.
  const nameless = eye === 'unknown' && (task === 'none' || found?.reading.task === 'unknown');
  const of = task === 'chest-xray' || found?.reading.task === 'chest-xray' ? 'chest' : nameless ? 'anything' : { eye };
  putResource(tx, mediaOf(id, patient, { ...written, id: file }, of, tx.at, { width, height }), {
    patient,
    origin: 'person',
    file,
  });
  if (found) putReading(tx, found);
  return { image: id, reading: found?.reading.id ?? null };
}

/** A picture that is not read must be whole and within the limits all the same. */
async function readable(bytes: Uint8Array): Promise<null> {
  if (isDicom(bytes)) await openDicom(bytes);
  else await decodeSmall(bytes, SIDES.thumbnail);
  return null;
}

async function pictureFacts(bytes: Uint8Array): Promise<{ width: number; height: number; mediaType: string }> {
  if (bytes.byteLength === 0) throw new AppError('image-empty');
  if (isDicom(bytes)) {
    const { width, height } = await openDicom(bytes);
    return { width, height, mediaType: 'application/dicom' };
  }
  if (!knownFormat(bytes)) throw new AppError('image-unsupported');
  try {
    const { width, height, format, autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { width: autoOrient.width ?? width, height: autoOrient.height ?? height, mediaType: `image/${format}` };
  } catch (cause) {
    throw new AppError('image-unreadable', {}, { cause });
  }
}

interface Source {
  read(): Promise<Uint8Array>;
  film: boolean;
  /** Of a DICOM study: its resource. */
  instance?: string;
  /** When it was taken or came into the chart. */
  taken?: string | undefined;
}

/** A photograph, or an instance of a study. @throws AppError not-found, also where it is kept from this person; dicom-no-picture */
function sourceOf(context: Context, patient: string, image: string): Source {
  const { db, files } = context.vault;
  const media = readResource(db, 'Media', image);
  if (!media) return sourceInStudy(context, patient, image);
  const file =
    media.patient === patient && !hiddenFrom(context, patient).has(`Media/${image}`) ? fileOfMedia(media.resource) : undefined;
  if (!file) throw new AppError('not-found', { what: 'image' });
  return { read: () => files.read(file), film: isFilm(media.resource), taken: dateOfMedia(media.resource) };
}

function sourceInStudy(context: Context, patient: string, id: string): Source {
  const { file, bytes, pixels, facts, resource, belonging } = instanceById(context, patient, id);
  if (!pixels) throw new AppError('dicom-no-picture', { what: facts.problem ?? 'it holds no pixel data' });
  if (bytes > INSTANCE_BYTES_MAX)
    throw new AppError('file-too-large', { size: `${Math.round(bytes * 1e-6)} MB`, limit: `${INSTANCE_BYTES_MAX * 1e-6} MB` });
  return {
    read: () => context.vault.files.read(file),
    film: isChestFilm(saysOf(belonging, facts)),
    instance: resource,
    taken: belonging.study.date,
  };
}

type Picture = Output<'images.picture'>;
/** Shrunk pictures of the last few images shown, in memory alone; each vault has its own. */
const shown = new WeakMap<Db, Map<string, Promise<Picture>>>();

export async function picture(context: Context, patient: string, image: string, side: number): Promise<Picture> {
  // Whether this person may see it is asked every time.
  const source = sourceOf(context, patient, image);
  const kept = shown.get(context.vault.db) ?? new Map<string, Promise<Picture>>();
  shown.set(context.vault.db, kept);
  const key = `${patient}/${image}/${side}`;
  const known = kept.get(key);
  if (known) return await known;
  const made = source.read().then((bytes) => shrink(bytes, side));
  kept.set(key, made);
  for (const old of kept.keys()) if (kept.size > PICTURES_KEPT_MAX) kept.delete(old);
  made.catch(() => kept.delete(key));
  return await made;
}

async function shrink(bytes: Uint8Array, side: number): Promise<Picture> {
  const opened = isDicom(bytes) ? (await openDicom(bytes)).picture : bytes;
  const source =
    opened instanceof Uint8Array
      ? sharp(opened, { limitInputPixels: PIXELS_MAX })
      : sharp(opened.data, { raw: { width: opened.width, height: opened.height, channels: 1 } });
  try {
    const { data, info } = await source
      .autoOrient()
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 88 })
      .toBuffer({ resolveWithObject: true });
    return { bytes: new Uint8Array(data), mediaType: 'image/jpeg', width: info.width, height: info.height };
  } catch (cause) {
    throw new AppError('image-unreadable', {}, { cause });
  }
}
