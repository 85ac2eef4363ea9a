/** What can be measured about a prepared fundus square without a network: light, sharpness, field and colour. */

export interface Quality {
  /** Contrast of fine structure (vessels): in each tile the deviation of the green channel in a band of about 3 to 11 px
   * over its mean, times 100; the median over the tiles of the disc. */
  readonly sharpness: number;
  /** Mean of the brightest channel inside the disc, 0 to 255. */
  readonly exposure: number;
  /** Share of the disc in which the green channel is burnt out (at least 245), 0 to 1. */
  readonly overexposed: number;
  /** Share of the full circle that shows lit retina, 0 to 1; cut, vignetted or partly lit discs have less. */
  readonly field: number;
  /** Mean of (brightest - darkest channel) / brightest inside the disc: 0 in a grey picture, 0.2 to 0.98 in a fundus. */
  readonly colour: number;
  /** Mean of (red - blue) / (red + green + blue) inside the disc: near 0 or above in a fundus, below in what is bluish. */
  readonly warmth: number;
  /** Deviation of the shares of red, green and blue over the disc: 0.012 or more in a fundus, below 0.005 in a grey picture
   * that was only tinted (angiography, red-free). */
  readonly hues: number;
}

/** Brightest channel below which a pixel counts as unlit. */
const UNLIT = 16;
const BURNT = 245;
/** Tiles a side on which sharpness is measured: one dark or hazy corner must not decide for the whole eye. */
const TILES = 8;

/** @param rgb size * size * 3 bytes of the square whose inscribed circle is the disc */
export function measureQuality(rgb: Uint8Array, size: number): Quality {
  const centre = (size - 1) / 2;
  // The rim is left out: its edge is no structure of the retina.
  const radius2 = (0.46 * size) ** 2;
  let inside = 0;
  let lit = 0;
  let visible = 0;
  let burnt = 0;
  let brightest = 0;
  let colour = 0;
  let warmth = 0;
  const hues = new Spread();
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i += 3) {
      if ((x - centre) ** 2 + (y - centre) ** 2 > radius2) continue;
      inside++;
      const r = rgb[i] ?? 0;
      const g = rgb[i + 1] ?? 0;
      const b = rgb[i + 2] ?? 0;
      const v = Math.max(r, g, b);
      if (v < 4) continue;
      lit++;
      brightest += v;
      colour += (v - Math.min(r, g, b)) / v;
      warmth += (r - b) / (r + g + b);
      if (v >= UNLIT) visible++;
      if (v >= UNLIT && v < BURNT) hues.add(r, g, b);
      if (g >= BURNT) burnt++;
    }
  }
  const some = Math.max(1, lit);
  return {
    sharpness: sharpness(rgb, size),
    exposure: brightest / some,
    overexposed: burnt / some,
    field: visible / Math.max(1, inside),
    colour: colour / some,
    warmth: warmth / some,
    hues: hues.deviation(),
  };
}

/** Spread of colour whatever the brightness. */
class Spread {
  private n = 0;
  private readonly sums = [0, 0, 0, 0, 0, 0];

  add(...rgb: [number, number, number]): void {
    const total = rgb[0] + rgb[1] + rgb[2];
    this.n++;
    for (let c = 0; c < 3; c++) {
      const share = (rgb[c] ?? 0) / total;
      this.sums[c] = (this.sums[c] ?? 0) + share;
      this.sums[c + 3] = (this.sums[c + 3] ?? 0) + share * share;
    }
  }

  deviation(): number {
    const n = Math.max(1, this.n);
    const variances = [0, 1, 2].map((c) => (this.sums[c + 3] ?? 0) / n - ((this.sums[c] ?? 0) / n) ** 2);
    return Math.sqrt(
      Math.max(
        0,
        variances.reduce((sum, v) => sum + v, 0),
      ),
    );
  }
}

function sharpness(rgb: Uint8Array, size: number): number {
  const green = integral(size, (i) => rgb[i * 3 + 1] ?? 0);
  const unlit = integral(size, (i) => (Math.max(rgb[i * 3] ?? 0, rgb[i * 3 + 1] ?? 0, rgb[i * 3 + 2] ?? 0) < 4 ? 1 : 0));
  const centre = (size - 1) / 2;
  const radius2 = (0.44 * size) ** 2;
  const tile = Math.floor(size / TILES);
  const found: number[] = [];
  for (let top = 0; top + tile <= size; top += tile) {
    for (let left = 0; left + tile <= size; left += tile) {
      let n = 0;
      let sum = 0;
      let sum2 = 0;
      let level = 0;
      for (let y = Math.max(6, top); y < Math.min(top + tile, size - 6); y++) {
        for (let x = Math.max(6, left); x < Math.min(left + tile, size - 6); x++) {
          if ((x - centre) ** 2 + (y - centre) ** 2 > radius2) continue;
          // Near the cut edge of a disc the step to black is no structure.
          if (box(unlit, size, x, y, 6) > 0) continue;
          const fine = box(green, size, x, y, 1) / 9;
          const band = fine - box(green, size, x, y, 5) / 121;
          n++;
          sum += band;
          sum2 += band * band;
          level += fine;
        }
      }
      if (n < 0.7 * tile * tile) continue;
      const deviation = Math.sqrt(Math.max(0, sum2 / n - (sum / n) ** 2));
      found.push((100 * deviation) / Math.max(1, level / n));
    }
  }
  found.sort((a, b) => a - b);
  return found[Math.floor(found.length / 2)] ?? 0;
}

/** Summed-area table with a leading row and column of zeros. */
function integral(size: number, value: (index: number) => number): Float64Array {
  const side = size + 1;
  const table = new Float64Array(side * side);
  for (let y = 0; y < size; y++) {
    let row = 0;
    for (let x = 0; x < size; x++) {
      row += value(y * size + x);
      table[(y + 1) * side + x + 1] = (table[y * side + x + 1] ?? 0) + row;
    }
  }
  return table;
}

/** Sum over the square of side 2 * reach + 1 around (x, y), which must lie inside. */
function box(table: Float64Array, size: number, x: number, y: number, reach: number): number {
  const side = size + 1;
  const top = (y - reach) * side;
  const bottom = (y + reach + 1) * side;
  const left = x - reach;
  const right = x + reach + 1;
  return (table[bottom + right] ?? 0) - (table[top + right] ?? 0) - (table[bottom + left] ?? 0) + (table[top + left] ?? 0);
}
