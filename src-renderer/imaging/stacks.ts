/** What of a study is shown in one tile: the pictures of a series, one clip of it, or something to read (report, letter, curves). */
import type { FrameHeader, ImagingInstance, ImagingSeries, ImagingStudyRow } from '../../src-shared/contract/imaging.ts';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { call } from '../core/connection.ts';
import { inOrder } from './frame-order.ts';
import { fetchFrame, fetchSmall, shrinkOf } from './frames.ts';
import type { FrameContent, Picture } from './picture.ts';
import { pictureId } from './pictures.ts';
import { planeOf } from './plane.ts';

export interface Stack {
  key: string;
  study: string;
  /** What the examination is called and when it was, where a file of it does not say. */
  examination: { description: string; date?: string };
  series: ImagingSeries;
  kind: 'pictures' | Exclude<ImagingInstance['kind'], 'image'>;
  /** What is shown of the series: its pictures, or the one report, letter or curve. */
  instances: readonly ImagingInstance[];
  /** Shown in the strip. */
  cover: ImagingInstance;
  count: number;
  /** The image of the chart, where it is a photograph. */
  photograph?: string;
  /** Milliseconds a picture, for a clip. */
  frameTimeMs?: number;
  /** The pictures; frames of a clip need their places from the core first. */
  pictures(): Promise<readonly Picture[]>;
  /** The same, where they are known already: frames of a clip are paged by their place, not as they stand in the file. */
  known?(): readonly Picture[] | undefined;
}

/** What is shown as pictures: masks and doses as well, each by itself. */
const pictured: ReadonlySet<ImagingInstance['kind']> = new Set(['image', 'segmentation', 'rt']);

/** The stacks of a study in the order of its series: clips by themselves, single pictures of a series together. */
export function stacksOf(
  patient: PatientId,
  { uid: study, description, date }: Pick<ImagingStudyRow, 'uid' | 'description' | 'date'>,
  all: readonly ImagingSeries[],
): Stack[] {
  return all.flatMap((series) => {
    const pictures = series.instances.filter(({ kind, frames }) => pictured.has(kind) && frames > 0);
    const single = pictures.filter(({ frames }) => frames === 1);
    const clips = pictures.filter(({ frames }) => frames > 1);
    const others = series.instances.filter((instance) => !pictures.includes(instance));
    const of = (instances: readonly ImagingInstance[], kind: Stack['kind'], count: number, make: Stack['pictures']): Stack[] => {
      const cover = instances[Math.floor(instances.length / 2)];
      if (!cover) return [];
      return [
        {
          key: `${study}/${series.uid}/${instances[0]?.id}`,
          study,
          examination: { description, date },
          series,
          kind,
          instances,
          cover,
          count,
          frameTimeMs: cover.frameTimeMs,
          pictures: make,
        },
      ];
    };
    return [
      ...of(single, 'pictures', single.length, async () =>
        single.map((instance) => pictureOfInstance(patient, series, instance, 1)),
      ),
      ...clips.flatMap((clip) => {
        const frames = once(() => framesOf(patient, series, clip));
        return of([clip], 'pictures', clip.frames, frames.get).map((stack) => ({ ...stack, known: frames.known }));
      }),
      ...others.flatMap((other) => of([other], other.kind === 'image' ? 'other' : other.kind, 0, async () => [])),
    ];
  });
}

async function framesOf(patient: PatientId, series: ImagingSeries, clip: ImagingInstance): Promise<Picture[]> {
  const { frames } = await call('imaging.geometry', { patient, instance: clip.id });
  const all = Array.from({ length: clip.frames }, (_, index) => frames[index] ?? {});
  const order = inOrder(all);
  const groups = (order.at(-1)?.group ?? 0) + 1;
  const saidOf = differing(all);
  return order.map(({ frame, group }) => {
    const said = saidOf(frame);
    const picture = pictureOfInstance(patient, series, clip, frame + 1, frames[frame]);
    const differs = groups > 1 || Object.values(said).some((value) => value !== undefined);
    return differs ? { ...picture, set: { number: group, of: groups, ...said } } : picture;
  });
}

const contents: readonly (keyof FrameContent)[] = ['time', 'echoMs', 'bValue', 'segment'];

/** What of a frame differs within its file. */
function differing(frames: readonly Partial<FrameContent>[]): (at: number) => FrameContent {
  const names = contents.filter((name) => frames.some((frame) => frame[name] !== frames[0]?.[name]));
  return (at) => Object.fromEntries(names.map((name) => [name, frames[at]?.[name]]));
}

/** Asked for once; again after a failure. */
function once<T>(make: () => Promise<T>): { get: () => Promise<T>; known: () => T | undefined } {
  let asked: Promise<T> | undefined;
  let made: T | undefined;
  return {
    known: () => made,
    get() {
      asked ??= make().then(
        (value) => {
          made = value;
          return value;
        },
        (thrown: unknown) => {
          asked = undefined;
          throw thrown;
        },
      );
      return asked;
    },
  };
}

/** Which picture of a stack a frame of a file is. */
export function placeIn(stack: Stack, instance: string, frame: number): number {
  if (stack.instances.length > 1) return stack.instances.findIndex(({ id }) => id === instance);
  const at = stack.known?.()?.findIndex(({ from }) => from?.address.frame === frame) ?? -1;
  return at < 0 ? frame - 1 : at;
}

function pictureOfInstance(
  patient: PatientId,
  series: ImagingSeries,
  instance: ImagingInstance,
  frame: number,
  place?: Parameters<typeof planeOf>[1],
): Picture {
  const address = { patient, instance: instance.id, frame };
  const grey = instance.photometric?.startsWith('MONOCHROME') ?? false;
  const shrink = shrinkOf(instance.columns ?? 1, instance.rows ?? 1, grey ? 2 : 3);
  return {
    id: pictureId(instance.id, frame),
    columns: instance.columns ?? 1,
    rows: instance.rows ?? 1,
    plane: planeOf(instance, place),
    modality: series.modality,
    frameOfReference: instance.frameOfReference,
    patientOrientation: instance.patientOrientation,
    lossy: instance.lossy,
    tilt: instance.gantryTilt,
    from: { instance, address },
    load: () => fetchFrame(address),
    ...(shrink > 1 ? { loadSmall: () => fetchSmall(address, shrink) } : {}),
  };
}

/** The photographs of a chart, one stack each. */
export function photographStacks(
  patient: PatientId,
  photographs: readonly { id: string; title: string; at?: string }[],
): Stack[] {
  return photographs.map(({ id, title, at }, index) => ({
    key: `photograph/${id}`,
    study: '',
    examination: { description: '', date: at },
    series: { uid: id, number: index + 1, modality: 'XC', description: title, date: at, instances: [], volume: { ok: false } },
    kind: 'pictures',
    photograph: id,
    instances: [],
    cover: noFile,
    count: 1,
    pictures: async () => [photograph(patient, id)],
  }));
}

/** A photograph of the chart is no DICOM file. */
const noFile: ImagingInstance = {
  id: 'photograph',
  uid: '',
  sopClass: '',
  sopClassName: '',
  kind: 'image',
  frames: 1,
  transferSyntax: '',
  windows: [],
  voiFunction: 'LINEAR',
  slope: 1,
  intercept: 0,
  lossy: true,
  bytes: 0,
};

/** A photograph of the chart: a JPEG or PNG that the browser decodes beside the page's own work. */
function photograph(patient: PatientId, image: string): Picture {
  return {
    id: pictureId('photograph', image),
    columns: 1,
    rows: 1,
    plane: { origin: [0, 0, 0], right: [1, 0, 0], down: [0, 1, 0], spacing: [1, 1], calibration: 'none', placed: false },
    modality: 'XC',
    lossy: true,
    photograph: image,
    load: async () => {
      const { bytes, mediaType } = await call('images.picture', { patient, image, size: 'screen' });
      return decoded(bytes, mediaType);
    },
  };
}

async function decoded(bytes: Uint8Array, type: string) {
  // The bytes came over a port as an ordinary array buffer, never a shared one.
  const bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  const { width: columns, height: rows } = bitmap;
  const canvas = new OffscreenCanvas(columns, rows);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas to draw on');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const values = new Uint8Array(context.getImageData(0, 0, columns, rows).data.buffer);
  const header: FrameHeader = {
    rows,
    columns,
    samples: 4,
    type: 'u8',
    bitsStored: 8,
    photometric: 'RGB',
    slope: 1,
    intercept: 0,
    windows: [],
    voiFunction: 'LINEAR',
    voiTables: [],
    smallest: 0,
    largest: 255,
    lossy: true,
    overlays: 0,
  };
  return { header, values };
}
