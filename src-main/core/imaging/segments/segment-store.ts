/** Segmentations for the viewer: what they hold, which series they lie on, and their masks over one picture. Read and decoded in threads; the newest are kept. */
import { setImmediate } from 'node:timers/promises';
import type { ImagingSegmentation, SegmentMask } from '../../../../src-shared/contract/imaging.ts';
import type { Output } from '../../../../src-shared/contract/index.ts';
import { CHUNK_BYTES_MAX } from '../../../../src-shared/contract/wire.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { Context } from '../../context.ts';
import { askFor } from '../frame-store.ts';
import { limits } from '../limits.ts';
import type { Segmentation } from '../objects/segmentation.ts';
import type { Mask } from '../pixels/mask.ts';
import type { DicomPool } from '../pool.ts';
import { type FullInstance, type Instance, instanceById, instancesOf } from '../store/instances.ts';
import { keyOf, type Placing, placed, type Target } from './placing.ts';

export interface SegmentStore {
  listed(context: Context, patient: string): Promise<ImagingSegmentation[]>;
  /** @throws AppError `not-found`, and as decoding a frame does */
  masks(
    context: Context,
    asked: { patient: string; instance: string; frame: number; of: readonly string[]; skip: number },
  ): Promise<Output<'imaging.masks'>>;
  /** What an erased or locked vault must not leave in memory. */
  clear(): void;
}

/** Room for what stands around the values of a mask. */
const MASK_BYTES_MAX = CHUNK_BYTES_MAX - 4096;
/** Frames of one segmentation over one picture: an atlas of a whole body has about a hundred segments. */
const FRAMES_MAX = 512;
/** Pixels of all masks over one picture, four bytes each when the page draws them: 120 segments that cover a whole CT slice. */
const PIXELS_MAX = 32 * 1024 * 1024;
/** Frames that are decoded together; what all masks of a picture take is looked at in between. */
const AT_ONCE = 32;
/** Segmentations whose frames are held parsed, and instances whose rows are. */
const HELD_MAX = 24;

interface Read {
  segmentation: Segmentation;
  /** Found with the pictures that were there then. */
  placing?: Placing;
}

export function openSegmentStore(pool: DicomPool): SegmentStore {
  const read = new Map<string, Promise<Read>>();
  const masks = new Map<string, Promise<Mask[]>>();
  const sizes = new Map<string, number>();
  const instances = new Map<string, FullInstance>();
  let held = 0;

  function readOf(context: Context, patient: string, one: Instance): Promise<Read> {
    const known = read.get(one.file);
    const made =
      known ??
      headerOf(context, instanceById(context, patient, one.id))
        .then((bytes) => pool.ask('segmentation', { bytes }, { seconds: limits.headerSeconds }))
        .then((segmentation) => ({ segmentation }));
    read.delete(one.file);
    read.set(one.file, made);
    if (!known) made.catch(() => read.delete(one.file));
    const [oldest] = read.keys();
    if (read.size > HELD_MAX && oldest !== undefined) read.delete(oldest);
    return made;
  }

  async function masksIn(context: Context, one: FullInstance, number: number, { kind, maximum }: Segmentation): Promise<Mask[]> {
    const key = `${one.file} ${number}`;
    const known = masks.get(key);
    if (known) {
      masks.delete(key);
      masks.set(key, known);
      return known;
    }
    const made = askFor(context, one, number, 'stored').then(({ ask: frame }) =>
      // The pictures themselves go first.
      pool.ask('masks', { frame, kind, maximum, most: MASK_BYTES_MAX }, { priority: 1 }),
    );
    masks.set(key, made);
    try {
      const size = (await made).reduce((sum, { values }) => sum + values.byteLength, 256);
      if (masks.get(key) === made) {
        sizes.set(key, size);
        held += size;
      }
    } catch (thrown) {
      masks.delete(key);
      throw thrown;
    }
    for (const [oldest] of masks) {
      if (held <= limits.masksBytes) break;
      masks.delete(oldest);
      held -= sizes.get(oldest) ?? 0;
      sizes.delete(oldest);
    }
    return made;
  }

  return {
    async listed(context, patient) {
      const all = instancesOf(context, patient);
      const objects = all.filter(({ facts }) => facts.kind === 'segmentation').slice(0, limits.segmentations);
      if (objects.length === 0) return [];
      const found: (Read | null)[] = [];
      for (const one of objects) found.push(await readOf(context, patient, one).catch(() => null));
      const targets = targetsOf(
        context,
        patient,
        all,
        found.flatMap((one) => (one ? [one.segmentation] : [])),
      );
      const answered: ImagingSegmentation[] = [];
      for (const [index, one] of objects.entries()) {
        // Somebody else may have a question in between.
        await setImmediate();
        const own = found[index] ?? null;
        if (own) own.placing = placed(own.segmentation, candidates(own.segmentation, one, targets));
        answered.push(described(one, own, targets));
      }
      return answered;
    },
    async masks(context, { patient, instance, frame, of, skip }) {
      // Whether this person may see the picture is asked as well as whether they may see what lies on it.
      instanceById(context, patient, instance, instances);
      const found: SegmentMask[] = [];
      let pixels = 0;
      for (const id of of) {
        const one = instanceById(context, patient, id, instances);
        if (instances.size > HELD_MAX) instances.delete(instances.keys().next().value ?? '');
        const { segmentation, placing } = await readPlaced(context, patient, one);
        const frames = (placing?.on.get(keyOf(instance, frame)) ?? []).slice(0, FRAMES_MAX);
        for (let from = 0; from < frames.length; from += AT_ONCE) {
          const made = await Promise.all(
            frames
              .slice(from, from + AT_ONCE)
              .map(async (index) => maskedBy(one, segmentation, index, await masksIn(context, one, index + 1, segmentation))),
          );
          found.push(...made.flat());
          pixels += made.flat().reduce((sum, { values, depth }) => sum + (values.byteLength * 8) / depth, 0);
          // None rather than some: whoever looks takes what is drawn for the whole.
          if (pixels > PIXELS_MAX)
            throw new AppError('file-too-large', {
              size: `masks of ${pixels} pixels`,
              limit: `${PIXELS_MAX} pixels over one picture`,
            });
        }
      }
      const answered: SegmentMask[] = [];
      let left = CHUNK_BYTES_MAX;
      for (const mask of found.slice(skip)) {
        left -= mask.values.byteLength + 256;
        if (left < 0 && answered.length > 0) break;
        // What is kept must not be handed away.
        answered.push({ ...mask, values: mask.values.slice() });
      }
      return { masks: answered, total: found.length };
    },
    clear() {
      read.clear();
      masks.clear();
      sizes.clear();
      instances.clear();
      held = 0;
    },
  };

  async function readPlaced(context: Context, patient: string, one: FullInstance): Promise<Read> {
    const found = await readOf(context, patient, one);
    if (!found.placing) {
      const targets = targetsOf(context, patient, instancesOf(context, patient), [found.segmentation]);
      found.placing = placed(found.segmentation, candidates(found.segmentation, one, targets));
    }
    return found;
  }
}

/** The file up to its pixels, which may be hundreds of megabytes; all of it where it is deflated. */
async function headerOf(context: Context, { file, pixels }: FullInstance): Promise<Uint8Array> {
  const begin = pixels?.native?.offset ?? pixels?.fragments?.[0]?.[0]?.[0];
  const { files } = context.vault;
  return new Uint8Array(begin === undefined || pixels?.whole ? await files.read(file) : await files.read(file, 0, begin));
}

/** The pictures of a patient that segmentations may lie on, each frame by itself. */
function targetsOf(
  context: Context,
  patient: string,
  all: readonly Instance[],
  segmentations: readonly Segmentation[],
): (Target & { study: string })[] {
  const said = new Set(
    segmentations.flatMap(({ series, uids, frameOfReference }) => [...series, ...uids, frameOfReference ?? '']),
  );
  return all.flatMap((one) => {
    const { facts, series, uid, study } = one;
    if (!said.has(series) && !said.has(uid) && !said.has(facts.frameOfReference ?? '-')) return [];
    if (facts.kind !== 'image' || facts.frames === 0) return [];
    const about = { instance: one.id, uid, series, study, frameOfReference: facts.frameOfReference };
    if (facts.frames === 1) {
      const { position, orientation, sliceThickness } = facts;
      return [{ ...about, frame: 1, position, orientation, sliceThickness }];
    }
    return (instanceById(context, patient, one.id).frames ?? []).map(({ position, orientation, sliceThickness }, index) => ({
      ...about,
      frame: index + 1,
      position,
      orientation,
      sliceThickness,
    }));
  });
}

/** Where it names neither series nor picture, those of its own study; tiles of a slide lie on none. */
function candidates<T extends Target & { study: string }>(segmentation: Segmentation, { study }: Instance, targets: T[]): T[] {
  if (segmentation.tiled) return [];
  const silent = segmentation.series.length === 0 && segmentation.uids.length === 0;
  return silent ? targets.filter((target) => target.study === study) : targets;
}

function described(one: Instance, found: Read | null, targets: readonly (Target & { study: string })[]): ImagingSegmentation {
  const about = { instance: one.id, study: one.study, number: one.belonging.series.number };
  if (!found?.placing)
    return { ...about, label: '', kind: 'binary', segments: [], over: [], frames: 0, unplaced: 0, why: 'unreadable' };
  const { segmentation, placing } = found;
  const studyOf = new Map(targets.map(({ series, study }) => [series, study]));
  const over = [...placing.series].map((series) => ({ series, study: studyOf.get(series) ?? one.study }));
  const here = segmentation.series.some((series) => studyOf.has(series));
  return {
    ...about,
    label: segmentation.label || one.belonging.series.description,
    kind: segmentation.kind,
    segments: segmentation.segments,
    over,
    frames: segmentation.frames.length,
    unplaced: placing.unplaced,
    ...(over.length > 0 ? {} : { why: segmentation.tiled ? 'tiled' : here ? 'nowhere' : 'not-here' }),
  };
}

function maskedBy(one: FullInstance, { frames, kind }: Segmentation, index: number, found: readonly Mask[]): SegmentMask[] {
  const frame = frames[index];
  const { columns = 0, rows = 0 } = one.facts;
  if (!frame) return [];
  const { position, orientation, spacing } = frame;
  return found.map((mask) => ({
    ...mask,
    instance: one.id,
    segment: mask.segment ?? frame.segment ?? (kind === 'labels' ? 0 : 1),
    columns,
    rows,
    ...(position && orientation && spacing ? { plane: { position, orientation, spacing } } : {}),
  }));
}
