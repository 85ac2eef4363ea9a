/** Marks as Cornerstone holds them: made of points on a picture, and read back. */
import { eventTarget, type Types, utilities } from '@cornerstonejs/core';
import { annotation as annotations, Enums, type Types as ToolTypes } from '@cornerstonejs/tools';
import type { Picture } from './picture.ts';
import { pictureOf } from './pictures.ts';
import { normalOf, type Point, pixelToWorld, scaled, type Vector, worldToPixel } from './plane.ts';
import type { Tile } from './tile.ts';
import { askText, isMarkTool, type MarkTool } from './tools.ts';

/** How many points keys have to set. */
export const pointsWanted: Readonly<Record<MarkTool, number>> = {
  Length: 2,
  Angle: 3,
  EllipticalROI: 2,
  RectangleROI: 2,
  Probe: 1,
  ArrowAnnotate: 2,
};

export interface Drawn {
  tool: MarkTool;
  picture: Picture;
  points: Point[];
  /** Words of an arrow. */
  text: string;
}

/** A mark whose points were set by keys. */
export async function addMark(tile: Tile, tool: MarkTool, points: readonly Point[]): Promise<void> {
  const { picture } = tile;
  if (!picture) return;
  const text = tool === 'ArrowAnnotate' ? await askText('') : undefined;
  if (tool === 'ArrowAnnotate' && !text) return;
  const mark = madeMark(utilities.uuidv4(), { tool, picture, points: whole(tool, points), text: text ?? '' });
  annotations.state.addAnnotation(mark, tile.element);
  utilities.triggerEvent(eventTarget, Enums.Events.ANNOTATION_COMPLETED, { annotation: mark });
  tile.redraw();
}

export function madeMark(uid: string, { tool, picture, points, text }: Drawn): ToolTypes.Annotation {
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

export function readMark(annotation: ToolTypes.Annotation): Drawn | undefined {
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

/** Two corners as the four points by which Cornerstone holds a region. */
function whole(tool: MarkTool, points: readonly Point[]): Point[] {
  const [one, other] = points;
  if (!one || !other) return [...points];
  const [left, right] = [Math.min(one[0], other[0]), Math.max(one[0], other[0])];
  const [top, bottom] = [Math.min(one[1], other[1]), Math.max(one[1], other[1])];
  if (tool === 'RectangleROI')
    return [
      [left, top],
      [right, top],
      [left, bottom],
      [right, bottom],
    ];
  if (tool !== 'EllipticalROI') return [...points];
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return [
    [x, bottom],
    [x, top],
    [left, y],
    [right, y],
  ];
}

function mutable([x, y, z]: Vector): Types.Point3 {
  return [x, y, z];
}
