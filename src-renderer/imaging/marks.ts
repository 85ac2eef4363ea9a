/** Measurements and marks: kept in the record as they are drawn, and there again when the study or the photograph is opened. */
import { eventTarget } from '@cornerstonejs/core';
import { annotation as annotations, Enums, type Types as ToolTypes } from '@cornerstonejs/tools';
import type { PatientId } from '../../src-shared/contract/types.ts';
import { call } from '../core/connection.ts';
import { onChanged } from './changes.ts';
import { type Drawn, madeMark, readMark } from './mark-objects.ts';
import {
  type CutMark,
  cutMarkOf,
  fetchMarks,
  type KeptMark,
  keepMark,
  type MarkSource,
  placeOf,
  sourceOf,
} from './mark-places.ts';
import { measured } from './mark-text.ts';
import type { Picture } from './picture.ts';
import { pixelsOf } from './pictures.ts';
import { normalOf, type Point, pixelToWorld } from './plane.ts';
import type { Tile } from './tile.ts';
import { isMarkTool, type MarkTool } from './tools.ts';

/** A mark that is being moved is kept when it has rested so long. */
const REST_MS = 300;

/** A mark as it is listed. */
export interface Mark {
  uid: string;
  tool: MarkTool;
  /** None for a mark on a cut that was not made yet. */
  picture?: Picture;
  /** Of a mark on a cut. */
  cut?: CutMark;
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

/** The points of a mark in pixels of its picture, where it is on the screen. */
export function pointsOf({ uid }: Mark): readonly Point[] {
  const annotation = annotations.state.getAnnotation(uid);
  return (annotation && readMark(annotation)?.points) ?? [];
}

function cutOf({ picture: { cut, plane }, points }: Drawn): CutMark | undefined {
  return cut && { instance: cut.instance.id, world: points.map((point) => pixelToWorld(plane, point)), normal: normalOf(plane) };
}

export class Marks {
  list: readonly Mark[] = [];
  private readonly patient: PatientId;
  private readonly known = new Map<string, Promise<readonly KeptMark[]>>();
  private readonly studyOf: (instance: string) => string | undefined;
  private readonly kept = new Map<string, Kept>();
  /** Marks on cuts for which there is no picture yet, by their id in the record. */
  private readonly waiting = new Map<string, KeptMark & { cut: CutMark }>();
  private readonly saving = new Map<string, Promise<void>>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly states = new Map<string, Pick<Mark, 'state' | 'error'>>();
  private readonly gone = new Set<string>();
  private readonly listeners = new Set<() => void>();
  /** What comes from the record is not written back. */
  private attaching = false;
  private readonly stopChanges: () => void;
  private closed = false;
  private readonly mayWrite: boolean;

  constructor(patient: PatientId, mayWrite: boolean, studyOf: (instance: string) => string | undefined) {
    this.patient = patient;
    this.mayWrite = mayWrite;
    this.studyOf = studyOf;
    eventTarget.addEventListener(Enums.Events.ANNOTATION_COMPLETED, this.changed);
    eventTarget.addEventListener(Enums.Events.ANNOTATION_MODIFIED, this.changed);
    eventTarget.addEventListener(Enums.Events.ANNOTATION_REMOVED, this.removed);
    // Densities are known when a large picture is there as a whole.
    this.stopChanges = onChanged(() => this.refresh());
  }

  close(): void {
    this.closed = true;
    this.stopChanges();
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
    const source = pictures[0] && sourceOf(pictures[0], this.studyOf);
    if (!source) return;
    const known = await this.fetched(source);
    // Another has taken over meanwhile: it puts them there.
    if (this.closed) return;
    this.attaching = true;
    for (const mark of known) {
      if (!isMarkTool(mark.tool) || this.isHere(mark.id) || this.gone.has(mark.id)) continue;
      const place = placeOf(mark, pictures);
      const cut = cutMarkOf(mark);
      if (place) {
        this.waiting.delete(mark.id);
        this.kept.set(mark.id, { id: mark.id, version: mark.version });
        this.states.set(mark.id, { state: 'kept' });
        annotations.state.addAnnotation(madeMark(mark.id, { ...place, tool: mark.tool, text: mark.text }), tile.element);
      } else if (cut) this.waiting.set(mark.id, { ...mark, cut });
    }
    this.attaching = false;
    tile.redraw();
    this.refresh();
  }

  private fetched(source: MarkSource): Promise<readonly KeptMark[]> {
    const key = JSON.stringify(source);
    const found = this.known.get(key) ?? fetchMarks(this.patient, source);
    this.known.set(key, found);
    return found;
  }

  /** On the screen already: from the record, or drawn here and kept under this id. */
  private isHere(id: string): boolean {
    return (
      this.kept.has(id) ||
      annotations.state.getAnnotation(id) !== undefined ||
      [...this.kept.values()].some((kept) => kept.id === id)
    );
  }

  /** The id of a mark in the record, where it is kept. */
  idOf(uid: string): string | undefined {
    return this.waiting.get(uid)?.id ?? this.kept.get(uid)?.id;
  }

  remove(uid: string): void {
    if (this.waiting.delete(uid)) {
      this.gone.add(uid);
      this.forget(uid);
      this.refresh();
    } else annotations.state.removeAnnotation(uid);
  }

  private readonly changed = (event: Event): void => {
    const { annotation } = (event as CustomEvent<{ annotation: ToolTypes.Annotation }>).detail;
    const uid = annotation.annotationUID;
    if (!uid || this.attaching) return;
    clearTimeout(this.timers.get(uid));
    const drawn = readMark(annotation);
    if (!this.mayWrite || !drawn || !sourceOf(drawn.picture, this.studyOf)) this.states.set(uid, { state: 'unkept' });
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
    if (kept) this.forget(kept.id);
    this.refresh();
  };

  private forget(id: string): void {
    void call('imaging.unannotate', { patient: this.patient, id }).catch(() => {});
  }

  /** One after the other for each mark: the second must know what the first was kept as, or it would be kept twice. What is kept is what stands there now. */
  private save(uid: string): Promise<void> {
    this.timers.delete(uid);
    const annotation = annotations.state.getAnnotation(uid);
    const mark = annotation && readMark(annotation);
    const source = mark && sourceOf(mark.picture, this.studyOf);
    if (!mark || !source) return Promise.resolve();
    const before = this.saving.get(uid);
    const next = before ? before.then(() => this.write(uid, mark, source)) : this.write(uid, mark, source);
    this.saving.set(uid, next);
    return next;
  }

  private async write(uid: string, { tool, points, picture, text }: Drawn, source: MarkSource): Promise<void> {
    const { lines, value, unit } = measured(tool, points, picture, pixelsOf(picture.id));
    try {
      const said = { tool, text: tool === 'ArrowAnnotate' ? text : lines.join('\n'), value, unit };
      const { id, version } = await keepMark(this.patient, source, this.kept.get(uid), { ...said, picture, points });
      this.kept.set(uid, { id, version });
      this.states.set(uid, { state: 'kept' });
    } catch (error) {
      this.states.set(uid, { state: 'failed', error });
    }
    this.refresh();
  }

  private refresh(): void {
    const drawn = annotations.state.getAllAnnotations().flatMap((annotation): Mark[] => {
      const mark = readMark(annotation);
      if (!mark) return [];
      const { lines } = measured(mark.tool, mark.points, mark.picture, pixelsOf(mark.picture.id));
      const uid = annotation.annotationUID ?? '';
      return [
        {
          uid,
          tool: mark.tool,
          picture: mark.picture,
          cut: cutOf(mark),
          lines: mark.text ? [mark.text, ...lines] : lines,
          ...(this.states.get(uid) ?? { state: 'unkept' as const }),
        },
      ];
    });
    const waiting = [...this.waiting.values()].flatMap(({ id, tool, text, cut }): Mark[] =>
      isMarkTool(tool) ? [{ uid: id, tool, cut, lines: text.split('\n'), state: 'kept' }] : [],
    );
    this.list = [...drawn, ...waiting];
    for (const listener of this.listeners) listener();
  }
}
