/** Measurements and marks: kept in the record as they are drawn, and there again when the study is opened. */
import { eventTarget, type Types, utilities } from '@cornerstonejs/core';
import { annotation as annotations, Enums, type Types as ToolTypes } from '@cornerstonejs/tools';
import type { ImagingAnnotation } from '../../src-shared/contract/imaging.ts';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { call } from '../core/connection.ts';
import { measured } from './mark-text.ts';
import type { Picture } from './picture.ts';
import { pictureOf, pixelsOf } from './pictures.ts';
import { normalOf, type Point, pixelToWorld, scaled, type Vector, worldToPixel } from './plane.ts';
import type { Tile } from './tile.ts';
import { askText, isMarkTool, type MarkTool } from './tools.ts';

/** A mark that is being moved is kept when it has rested so long. */
const REST_MS = 300;

/** How many points keys have to set. */
export const pointsWanted: Readonly<Record<MarkTool, number>> = {
  Length: 2,
  Angle: 3,
  EllipticalROI: 2,
  RectangleROI: 2,
  ArrowAnnotate: 2,
};

/** A mark as it is listed. */
export interface Mark {
  uid: string;
  tool: MarkTool;
  picture: Picture;
  /** What stands beside it. */
  lines: readonly string[];
  /** `failed`: it is on the screen, but not in the record. */
  state: 'kept' | 'saving' | 'failed' | 'unkept';
  error?: unknown;
}

interface Kept {
  id: string;
  version: number;
}

export class Marks {
  list: readonly Mark[] = [];
  private readonly patient: PatientId;
  private readonly studies = new Map<string, Promise<readonly ImagingAnnotation[]>>();
  private readonly studyOf: (picture: Picture) => string | undefined;
  private readonly kept = new Map<string, Kept>();
  private readonly saving = new Map<string, Promise<void>>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly states = new Map<string, Pick<Mark, 'state' | 'error'>>();
  private readonly listeners = new Set<() => void>();
  /** What comes from the record is not written back. */
  private attaching = false;
  private closed = false;
  private readonly mayWrite: boolean;

  constructor(patient: PatientId, mayWrite: boolean, studyOf: (picture: Picture) => string | undefined) {
    this.patient = patient;
    this.mayWrite = mayWrite;
    this.studyOf = studyOf;
    eventTarget.addEventListener(Enums.Events.ANNOTATION_COMPLETED, this.changed);
    eventTarget.addEventListener(Enums.Events.ANNOTATION_MODIFIED, this.changed);
    eventTarget.addEventListener(Enums.Events.ANNOTATION_REMOVED, this.removed);
  }

  close(): void {
    this.closed = true;
    eventTarget.removeEventListener(Enums.Events.ANNOTATION_COMPLETED, this.changed);
    eventTarget.removeEventListener(Enums.Events.ANNOTATION_MODIFIED, this.changed);
    eventTarget.removeEventListener(Enums.Events.ANNOTATION_REMOVED, this.removed);
    for (const [uid, timer] of this.timers) {
      clearTimeout(timer);
      void this.save(uid);
    }
    annotations.state.removeAllAnnotations();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getList = (): readonly Mark[] => this.list;

  /** Puts what the record holds of these pictures onto them. */
  async attach(tile: Tile, pictures: readonly Picture[]): Promise<void> {
    const study = pictures[0] && this.studyOf(pictures[0]);
    if (!study) return;
    const found =
      this.studies.get(study) ??
      call('imaging.annotations', { patient: this.patient, study }).then((answer) => answer.annotations);
    this.studies.set(study, found);
    const known = await found;
    // Another has taken over meanwhile: it puts them there.
    if (this.closed) return;
    this.attaching = true;
    for (const mark of known) {
      const picture = pictures.find(({ from }) => from?.instance.id === mark.instance && from.address.frame === mark.frame);
      const points = pointsIn(mark.data);
      if (!picture || !isMarkTool(mark.tool) || points.length < 2 || this.isHere(mark.id) || this.isRemoved(mark.id)) continue;
      this.kept.set(mark.id, { id: mark.id, version: mark.version });
      this.states.set(mark.id, { state: 'kept' });
      annotations.state.addAnnotation(made(mark.id, mark.tool, picture, points, mark.text), tile.element);
    }
    this.attaching = false;
    tile.redraw();
    this.refresh();
  }

  /** On the screen already: from the record, or drawn here and kept under this id. */
  private isHere(id: string): boolean {
    return (
      this.kept.has(id) ||
      annotations.state.getAnnotation(id) !== undefined ||
      [...this.kept.values()].some((kept) => kept.id === id)
    );
  }

  private readonly gone = new Set<string>();
  private isRemoved(uid: string): boolean {
    return this.gone.has(uid);
  }

  /** The id of a mark in the record, where it is kept. */
  idOf(uid: string): string | undefined {
    return this.kept.get(uid)?.id;
  }

  remove(uid: string): void {
    annotations.state.removeAnnotation(uid);
  }

  private readonly changed = (event: Event): void => {
    const { annotation } = (event as CustomEvent<{ annotation: ToolTypes.Annotation }>).detail;
    const uid = annotation.annotationUID;
    if (!uid || this.attaching) return;
    clearTimeout(this.timers.get(uid));
    if (!pictureOf(annotation.metadata?.referencedImageId ?? '')?.from || !this.mayWrite)
      this.states.set(uid, { state: 'unkept' });
    else {
      this.states.set(uid, { state: 'saving' });
      this.timers.set(
        uid,
        setTimeout(() => void this.save(uid), REST_MS),
      );
    }
    this.refresh();
  };

  private readonly removed = (event: Event): void => {
    const uid = (event as CustomEvent<{ annotation: ToolTypes.Annotation }>).detail.annotation.annotationUID;
    if (!uid) return;
    clearTimeout(this.timers.get(uid));
    this.timers.delete(uid);
    const kept = this.kept.get(uid);
    this.gone.add(uid);
    this.kept.delete(uid);
    if (kept) void call('imaging.unannotate', { patient: this.patient, id: kept.id }).catch(() => {});
    this.refresh();
  };

  /** One after the other for each mark: the second must know what the first was kept as, or it would be kept twice. What is kept is what stands there now. */
  private save(uid: string): Promise<void> {
    this.timers.delete(uid);
    const annotation = annotations.state.getAnnotation(uid);
    const mark = annotation && read(annotation);
    const from = mark?.picture.from;
    const study = mark && this.studyOf(mark.picture);
    if (!mark || !from || !study) return Promise.resolve();
    const before = this.saving.get(uid);
    const next = before ? before.then(() => this.write(uid, mark, from, study)) : this.write(uid, mark, from, study);
    this.saving.set(uid, next);
    return next;
  }

  private async write(
    uid: string,
    mark: NonNullable<ReturnType<typeof read>>,
    from: NonNullable<Picture['from']>,
    study: string,
  ): Promise<void> {
    const kept = this.kept.get(uid);
    const { lines, value, unit } = measured(mark.tool, mark.points, mark.picture, pixelsOf(mark.picture.id));
    try {
      const answer = await call('imaging.annotate', {
        patient: this.patient,
        id: kept?.id,
        expectedVersion: kept?.version,
        annotation: {
          study,
          instance: from.instance.id,
          frame: from.address.frame,
          tool: mark.tool,
          text: mark.tool === 'ArrowAnnotate' ? mark.text : lines.join('\n'),
          value,
          unit,
          data: { points: mark.points.map(([column, row]) => [column, row]) },
        },
      });
      this.kept.set(uid, { id: answer.id, version: answer.version });
      this.states.set(uid, { state: 'kept' });
    } catch (error) {
      this.states.set(uid, { state: 'failed', error });
    }
    this.refresh();
  }

  private refresh(): void {
    this.list = annotations.state.getAllAnnotations().flatMap((annotation) => {
      const mark = read(annotation);
      if (!mark) return [];
      const { lines } = measured(mark.tool, mark.points, mark.picture, pixelsOf(mark.picture.id));
      const uid = annotation.annotationUID ?? '';
      return [
        {
          uid,
          tool: mark.tool,
          picture: mark.picture,
          lines: mark.text ? [mark.text, ...lines] : lines,
          ...(this.states.get(uid) ?? { state: 'unkept' as const }),
        },
      ];
    });
    for (const listener of this.listeners) listener();
  }
}

/** A mark whose points were set by keys. */
export async function addMark(tile: Tile, tool: MarkTool, points: readonly Point[]): Promise<void> {
  const { picture } = tile;
  if (!picture) return;
  const text = tool === 'ArrowAnnotate' ? await askText('') : undefined;
  if (tool === 'ArrowAnnotate' && !text) return;
  const mark = made(utilities.uuidv4(), tool, picture, whole(tool, points), text ?? '');
  annotations.state.addAnnotation(mark, tile.element);
  utilities.triggerEvent(eventTarget, Enums.Events.ANNOTATION_COMPLETED, { annotation: mark });
  tile.redraw();
}

/** Two corners as the four points by which Cornerstone holds a region. */
function whole(tool: MarkTool, points: readonly Point[]): readonly Point[] {
  const [one, other] = points;
  if (!one || !other) return points;
  const [left, right] = [Math.min(one[0], other[0]), Math.max(one[0], other[0])];
  const [top, bottom] = [Math.min(one[1], other[1]), Math.max(one[1], other[1])];
  if (tool === 'RectangleROI')
    return [
      [left, top],
      [right, top],
      [left, bottom],
      [right, bottom],
    ];
  if (tool !== 'EllipticalROI') return points;
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return [
    [x, bottom],
    [x, top],
    [left, y],
    [right, y],
  ];
}

function made(uid: string, tool: MarkTool, picture: Picture, points: readonly Point[], text: string): ToolTypes.Annotation {
  const world = points.map((point) => mutable(pixelToWorld(picture.plane, point)));
  const [x, y, z] = world[0] ?? [0, 0, 0];
  return {
    annotationUID: uid,
    highlighted: false,
    invalidated: true,
    isLocked: false,
    isVisible: true,
    metadata: {
      toolName: tool,
      referencedImageId: picture.id,
      FrameOfReferenceUID: picture.frameOfReference ?? picture.id,
      viewPlaneNormal: mutable(scaled(normalOf(picture.plane), -1)),
      viewUp: mutable(scaled(picture.plane.down, -1)),
    },
    data: {
      label: text,
      cachedStats: {},
      handles: {
        points: world,
        activeHandleIndex: null,
        arrowFirst: true,
        textBox: {
          hasMoved: false,
          worldPosition: [x, y, z],
          worldBoundingBox: { topLeft: [x, y, z], topRight: [x, y, z], bottomLeft: [x, y, z], bottomRight: [x, y, z] },
        },
      },
    },
  };
}

function read(annotation: ToolTypes.Annotation): { tool: MarkTool; picture: Picture; points: Point[]; text: string } | undefined {
  const tool = annotation.metadata?.toolName ?? '';
  const picture = pictureOf(annotation.metadata?.referencedImageId ?? '');
  const points = annotation.data?.handles?.points;
  if (!isMarkTool(tool) || !picture || !points) return undefined;
  return {
    tool,
    picture,
    points: points.map((point) => worldToPixel(picture.plane, [point[0] ?? 0, point[1] ?? 0, point[2] ?? 0])),
    text: tool === 'ArrowAnnotate' ? (annotation.data.label ?? '') : '',
  };
}

/** Points as we keep them; whatever else stands there is not ours. */
function pointsIn(data: Readonly<Record<string, unknown>>): Point[] {
  if (!Array.isArray(data.points)) return [];
  return data.points.flatMap((point: unknown): Point[] => {
    if (!Array.isArray(point)) return [];
    const [column, row] = point;
    return typeof column === 'number' && typeof row === 'number' ? [[column, row]] : [];
  });
}

function mutable([x, y, z]: Vector): Types.Point3 {
  return [x, y, z];
}
