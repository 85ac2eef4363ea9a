const X_RESOLUTION = 282; // TIFF 6.0, section 8
const Y_RESOLUTION = 283;
const LEAST = 0.4;
const MOST = 2.6;
const SQUARE = 0.05; // 204 x 196 dpi of fine fax is left as it is

/** Height of a pixel over its width on a page of a TIFF, 1 where it is square, not told, or not a TIFF. */
export function pixelAspect(bytes: Uint8Array, page: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 8) return 1;
  const little = view.getUint16(0) === 0x4949;
  if (!little && view.getUint16(0) !== 0x4d4d) return 1;
  if (view.getUint16(2, little) !== 42) return 1;
  let directory = view.getUint32(4, little);
  for (let i = 0; i < page; i++) {
    const entries = inside(view, directory, 2) ? view.getUint16(directory, little) : 0;
    const next = directory + 2 + entries * 12;
    if (entries === 0 || !inside(view, next, 4)) return 1;
    directory = view.getUint32(next, little);
  }
  const [x, y] = [rational(view, directory, X_RESOLUTION, little), rational(view, directory, Y_RESOLUTION, little)];
  const aspect = x / y;
  return aspect > LEAST && aspect < MOST && Math.abs(aspect - 1) > SQUARE ? aspect : 1;
}

function rational(view: DataView, directory: number, tag: number, little: boolean): number {
  const entries = inside(view, directory, 2) ? view.getUint16(directory, little) : 0;
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + i * 12;
    if (!inside(view, at, 12)) break;
    if (view.getUint16(at, little) !== tag) continue;
    const value = view.getUint32(at + 8, little);
    return inside(view, value, 8) ? view.getUint32(value, little) / view.getUint32(value + 4, little) : Number.NaN;
  }
  return Number.NaN;
}

function inside(view: DataView, at: number, length: number): boolean {
  return at > 0 && at + length <= view.byteLength;
}
