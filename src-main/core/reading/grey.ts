/** Grey pictures: from any photograph or film to the square that a chest model sees. */

export interface Grey {
  /** width * height bytes, 0 black, rows from the top. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Stretches to a square without keeping the proportions. Shrinking takes the mean over the area that falls on each pixel (as OpenCV's INTER_AREA, which
 * training uses); enlarging is linear between pixel centres.
 */
export function stretch(picture: Grey, size: number): Uint8Array {
  if (picture.width === size && picture.height === size) return picture.data;
  const columns = weightsOf(picture.width, size);
  const rows = weightsOf(picture.height, size);
  const narrow = new Float32Array(size * picture.height);
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < size; x++) {
      const { first, weights } = columns[x] ?? NOTHING;
      let sum = 0;
      for (let i = 0, at = y * picture.width + first; i < weights.length; i++, at++)
        sum += (picture.data[at] ?? 0) * (weights[i] ?? 0);
      narrow[y * size + x] = sum;
    }
  }
  const out = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    const { first, weights } = rows[y] ?? NOTHING;
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += (narrow[(first + i) * size + x] ?? 0) * (weights[i] ?? 0);
      out[y * size + x] = Math.round(sum);
    }
  }
  return out;
}

/** Grey to three equal channels, interleaved. */
export function threeChannels(grey: Uint8Array): Uint8Array {
  const out = new Uint8Array(grey.length * 3);
  for (let i = 0, j = 0; i < grey.length; i++, j += 3) {
    const value = grey[i] ?? 0;
    out[j] = value;
    out[j + 1] = value;
    out[j + 2] = value;
  }
  return out;
}

/** Spreads the greys so that all are equally frequent, as Pillow's ImageOps.equalize does. */
export function equaliseHistogram(grey: Uint8Array): Uint8Array {
  const counts = histogramOf(grey);
  const last = [...counts].reverse().find((count) => count > 0) ?? 0;
  const step = Math.floor((grey.length - last) / 255);
  if (step === 0) return grey;
  const table = new Uint8Array(256);
  let sum = Math.floor(step / 2);
  for (let level = 0; level < 256; level++) {
    table[level] = Math.min(255, Math.floor(sum / step));
    sum += counts[level] ?? 0;
  }
  return grey.map((value) => table[value] ?? 0);
}

export function histogramOf(grey: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (const value of grey) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

interface Weights {
  readonly first: number;
  readonly weights: Float32Array;
}
const NOTHING: Weights = { first: 0, weights: new Float32Array() };

/** For each pixel of the result: which pixels of the source count, and how much. */
function weightsOf(from: number, to: number): Weights[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, place) =>
    scale >= 1 ? areaOf(place * scale, (place + 1) * scale, from) : betweenOf((place + 0.5) * scale - 0.5, from),
  );
}

function areaOf(start: number, end: number, from: number): Weights {
  const first = Math.floor(start);
  const last = Math.min(from, Math.ceil(end - 1e-9));
  const weights = Float32Array.from(
    { length: last - first },
    (_, i) => Math.max(0, Math.min(end, first + i + 1) - Math.max(start, first + i)) / (end - start),
  );
  return { first, weights };
}

function betweenOf(centre: number, from: number): Weights {
  const clamped = Math.min(from - 1, Math.max(0, centre));
  const first = Math.min(Math.floor(clamped), Math.max(0, from - 2));
  const part = clamped - first;
  return { first, weights: from === 1 ? Float32Array.of(1) : Float32Array.of(1 - part, part) };
}
