/** Colours of the heat map: cividis-like (Nuñez et al. 2018), from transparent blue to opaque yellow, told apart by the colour-blind too. */

const STOPS = [
  [0, 34, 78],
  [65, 77, 107],
  [124, 123, 120],
  [187, 175, 113],
  [253, 231, 55],
] as const;

/**
 * The map as RGBA, cell by cell. Weak places are transparent, so that the retina stays visible.
 * @param values 0 to 255, row by row
 */
export function heatPixels(values: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(values.length * 4);
  values.forEach((value, cell) => {
    const strength = value / 255;
    const place = strength * (STOPS.length - 1);
    const low = STOPS[Math.min(STOPS.length - 2, Math.floor(place))] ?? STOPS[0];
    const high = STOPS[Math.min(STOPS.length - 1, Math.floor(place) + 1)] ?? STOPS[4];
    const part = place - Math.floor(place);
    for (let channel = 0; channel < 3; channel++)
      pixels[cell * 4 + channel] = (low[channel] ?? 0) * (1 - part) + (high[channel] ?? 0) * part;
    pixels[cell * 4 + 3] = 255 * strength ** 1.5;
  });
  return pixels;
}

/** A probability in words (after Mastrandrea et al. 2010, the IPCC's scale, coarsened). */
export function likelihood(probability: number): 'veryLikely' | 'likely' | 'open' | 'unlikely' | 'veryUnlikely' {
  if (probability >= 0.9) return 'veryLikely';
  if (probability >= 0.66) return 'likely';
  if (probability > 0.33) return 'open';
  return probability > 0.1 ? 'unlikely' : 'veryUnlikely';
}
