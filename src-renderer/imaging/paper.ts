/** What a tile shows, marks, letters and scale included, as one JPEG: for paper. */
import { type Mark, pointsOf } from './marks.ts';
import { roundLength } from './measure.ts';
import { edgesOf, type Point } from './plane.ts';
import type { Tile } from './tile.ts';

/** What one message may carry (the contract's limit), with room for the rest of it. */
const BYTES_MAX = 950_000;
const LINE = '#ffdd57';
const FONT = '600 15px "Inter Variable", sans-serif';

/** @param marks those on the picture that is shown */
export async function paperOf(tile: Tile, marks: readonly Mark[]): Promise<Uint8Array> {
  const source = tile.viewport.canvas;
  const scale = source.width / Math.max(1, tile.element.clientWidth);
  const sheet = new OffscreenCanvas(source.width, source.height);
  const context = sheet.getContext('2d');
  if (!context) throw new Error('No canvas to draw on');
  context.drawImage(source, 0, 0);
  context.scale(scale, scale);
  context.font = FONT;
  context.lineWidth = 2;
  context.strokeStyle = LINE;
  for (const mark of marks) drawMark(context, tile, mark);
  const [width, height] = [source.width / scale, source.height / scale];
  drawEdges(context, tile, width, height);
  drawScale(context, tile, width, height);
  for (const quality of [0.92, 0.8, 0.6, 0.4]) {
    const blob = await sheet.convertToBlob({ type: 'image/jpeg', quality });
    if (blob.size <= BYTES_MAX) return new Uint8Array(await blob.arrayBuffer());
  }
  throw new Error('The picture does not fit onto paper');
}

type Context = OffscreenCanvasRenderingContext2D;

function drawMark(context: Context, tile: Tile, mark: Mark): void {
  const [one, other, third, fourth] = pointsOf(mark).map((point) => tile.toScreen(point));
  if (one && mark.tool === 'Probe') drawPoint(context, one, mark);
  if (!one || !other) return;
  context.beginPath();
  if (mark.tool === 'EllipticalROI' && third && fourth) {
    const [x, y] = [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
    const [a, b]: Point = [(fourth[0] - third[0]) / 2, (fourth[1] - third[1]) / 2];
    const along = Math.hypot(other[0] - one[0], other[1] - one[1]) / 2;
    context.ellipse(x, y, Math.hypot(a, b), along, Math.atan2(b, a), 0, 2 * Math.PI);
  } else if (mark.tool === 'RectangleROI' && third && fourth) {
    for (const [index, corner] of [one, other, fourth, third, one].entries())
      index === 0 ? context.moveTo(...corner) : context.lineTo(...corner);
  } else {
    context.moveTo(...one);
    context.lineTo(...other);
    if (mark.tool === 'Angle' && third) context.lineTo(...third);
    if (mark.tool === 'ArrowAnnotate') head(context, one, other);
  }
  context.stroke();
  for (const [index, line] of mark.lines.entries()) words(context, line, other[0] + 8, other[1] + 18 * (index + 1), LINE);
}

function drawPoint(context: Context, [x, y]: Point, mark: Mark): void {
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.stroke();
  for (const [index, line] of mark.lines.entries()) words(context, line, x + 10, y + 18 * (index + 1), LINE);
}

/** The arrow points at its first end. */
function head(context: Context, tip: Point, tail: Point): void {
  const angle = Math.atan2(tail[1] - tip[1], tail[0] - tip[0]);
  for (const side of [-0.45, 0.45]) {
    context.moveTo(...tip);
    context.lineTo(tip[0] + 12 * Math.cos(angle + side), tip[1] + 12 * Math.sin(angle + side));
  }
}

function drawEdges(context: Context, tile: Tile, width: number, height: number): void {
  const { picture, state } = tile;
  const edges = picture && edgesOf(picture.plane, picture.patientOrientation, state.turn);
  if (!edges) return;
  words(context, edges.left, 8, height / 2, '#ffffff');
  words(context, edges.right, width - 8 - context.measureText(edges.right).width, height / 2, '#ffffff');
  words(context, edges.top, width / 2, 20, '#ffffff');
  words(context, edges.bottom, width / 2, height - 36, '#ffffff');
}

function drawScale(context: Context, tile: Tile, width: number, height: number): void {
  const plane = tile.picture?.plane;
  if (!plane || plane.calibration === 'none' || tile.state.zoom <= 0) return;
  const mm = Math.min(...plane.spacing) / tile.state.zoom;
  const length = roundLength(Math.min(200, (width / 4) * mm));
  const left = (width - length / mm) / 2;
  context.strokeStyle = '#ffffff';
  context.beginPath();
  context.moveTo(left, height - 26);
  context.lineTo(left, height - 20);
  context.lineTo(left + length / mm, height - 20);
  context.lineTo(left + length / mm, height - 26);
  context.stroke();
  words(context, length >= 10 ? `${length / 10} cm` : `${length} mm`, width / 2 - 14, height - 4, '#ffffff');
}

/** Legible on white as on black. */
function words(context: Context, text: string, x: number, y: number, colour: string): void {
  context.lineJoin = 'round';
  context.strokeStyle = '#000000';
  context.lineWidth = 4;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
  context.lineWidth = 2;
  context.strokeStyle = LINE;
}
