/**
 * Where a mark is kept: on a frame of a file by its pixels; on a cut through a series by places in the body, so that it comes back on whichever cut lies there; on a
 * photograph by its pixels, together with the size that it was shown at.
 */
import type { PatientId } from '../../src-shared/contract/types.ts';
import { call } from '../core/connection.ts';
import type { Picture } from './picture.ts';
import { dot, minus, normalOf, type Point, pixelToWorld, type Vector, worldToPixel } from './plane.ts';

export type MarkSource = { study: string } | { photograph: string };

/** A mark as the record holds it. */
export interface KeptMark {
  id: string;
  version: number;
  tool: string;
  text: string;
  data: Readonly<Record<string, unknown>>;
  /** Of a mark on a study: the file, or one of the series that was cut. */
  instance?: string;
  frame?: number;
}

/** What is written of a mark. */
interface Writing {
  tool: string;
  text: string;
  value?: number;
  unit?: string;
}

/** A mark on a cut, before there is a cut to draw it on. */
export interface CutMark {
  instance: string;
  world: readonly Vector[];
  normal: Vector;
}

/** Undefined where nothing on this picture can be kept. */
export function sourceOf(picture: Picture, studyOf: (instance: string) => string | undefined): MarkSource | undefined {
  if (picture.photograph !== undefined) return { photograph: picture.photograph };
  const instance = picture.from?.instance ?? picture.cut?.instance;
  const study = instance && studyOf(instance.id);
  return study === undefined ? undefined : { study };
}

export async function fetchMarks(patient: PatientId, source: MarkSource): Promise<readonly KeptMark[]> {
  if ('study' in source) return (await call('imaging.annotations', { patient, study: source.study })).annotations;
  return (await call('imaging.photographMarks', { patient, image: source.photograph })).marks;
}

/** Writes a mark, over the one before where there was one. */
export function keepMark(
  patient: PatientId,
  source: MarkSource,
  before: { id: string; version: number } | undefined,
  mark: Writing & { picture: Picture; points: readonly Point[] },
): Promise<{ id: string; version: number }> {
  const { picture, points, ...said } = mark;
  const again = { id: before?.id, expectedVersion: before?.version };
  if ('photograph' in source) {
    const data = { points: points.map(([column, row]) => [column, row]), size: [picture.columns, picture.rows] };
    return call('imaging.markPhotograph', { patient, ...again, mark: { ...said, image: source.photograph, data } });
  }
  const { from, cut, plane } = picture;
  const data = cut
    ? { axis: cut.axis, world: points.map((point) => [...pixelToWorld(plane, point)]), normal: [...normalOf(plane)] }
    : { points: points.map(([column, row]) => [column, row]) };
  return call('imaging.annotate', {
    patient,
    ...again,
    annotation: {
      ...said,
      study: source.study,
      instance: from?.instance.id ?? cut?.instance.id ?? '',
      frame: from?.address.frame ?? 1,
      data,
    },
  });
}

/** The picture of a stack that a mark belongs to, and its points there; undefined where it belongs elsewhere. */
export function placeOf(mark: KeptMark, pictures: readonly Picture[]): { picture: Picture; points: Point[] } | undefined {
  const cut = cutMarkOf(mark);
  if (cut) {
    const index = cutAt(cut, pictures);
    const picture = index === undefined ? undefined : pictures[index];
    return picture && { picture, points: cut.world.map((point) => worldToPixel(picture.plane, point)) };
  }
  const points = tuples(mark.data.points, 2).map(([column = 0, row = 0]): Point => [column, row]);
  if (points.length < 2) return undefined;
  const [photograph] = pictures;
  if (photograph?.photograph !== undefined) {
    const [[columns, rows] = []] = tuples([mark.data.size], 2);
    const scale = columns && rows ? [photograph.columns / columns, photograph.rows / rows] : [1, 1];
    return { picture: photograph, points: points.map(([x, y]): Point => [x * (scale[0] ?? 1), y * (scale[1] ?? 1)]) };
  }
  const picture = pictures.find(({ from }) => from?.instance.id === mark.instance && from?.address.frame === mark.frame);
  return picture && { picture, points };
}

export function cutMarkOf({ instance, data }: KeptMark): CutMark | undefined {
  const world = tuples(data.world, 3).map(vector);
  const [normal] = tuples([data.normal], 3).map(vector);
  return instance !== undefined && normal && world.length >= 2 ? { instance, world, normal } : undefined;
}

/** The cut on which a mark lies: of the same direction, and the nearest of those that pass through it. */
export function cutAt({ instance, world, normal }: CutMark, pictures: readonly Picture[]): number | undefined {
  const [first, second] = pictures;
  const [point] = world;
  if (!first?.cut?.of.has(instance) || !point) return undefined;
  if (Math.abs(dot(normalOf(first.plane), normal)) < PARALLEL) return undefined;
  const apart = (picture: Picture) => Math.abs(dot(minus(point, picture.plane.origin), normalOf(first.plane)));
  let nearest = 0;
  for (const [index, picture] of pictures.entries()) {
    const best = pictures[nearest];
    if (best && apart(picture) < apart(best)) nearest = index;
  }
  const best = pictures[nearest];
  const step = second ? Math.abs(dot(minus(second.plane.origin, first.plane.origin), normalOf(first.plane))) : 1;
  return best && apart(best) <= step ? nearest : undefined;
}

/** Cosine of 1 degree. */
const PARALLEL = 0.99985;

/** Lists of so many numbers; whatever else stands there is not ours. */
function tuples(value: unknown, length: number): number[][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown): number[][] =>
    Array.isArray(one) && one.length === length && one.every((part) => typeof part === 'number' && Number.isFinite(part))
      ? [one]
      : [],
  );
}

function vector([x = 0, y = 0, z = 0]: readonly number[]): Vector {
  return [x, y, z];
}
