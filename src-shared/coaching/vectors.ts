/** Unit vectors in 8 bits, one after another. */
export class VectorTable {
  readonly dimensions: number;
  readonly size: number;
  readonly #values: Int8Array;
  readonly #lengths: Float32Array;

  /** @param values `size` rows of `dimensions` from `quantise` */
  constructor(values: Int8Array, dimensions: number) {
    this.#values = values;
    this.dimensions = dimensions;
    this.size = values.length / dimensions;
    this.#lengths = new Float32Array(this.size);
    for (let row = 0; row < this.size; row++) {
      let square = 0;
      // Inside the table by construction; a check a value would double the time, here and below.
      for (let n = row * dimensions; n < (row + 1) * dimensions; n++) square += (values[n] as number) ** 2;
      this.#lengths[row] = Math.sqrt(square) || 1;
    }
  }

  /** Cosine between a vector and each row; the error of 8 bits is below 0.01. */
  cosines(vector: Float32Array): Float32Array {
    const asked = quantise(vector);
    const length = Math.hypot(...asked);
    const { dimensions } = this;
    const found = new Float32Array(this.size);
    for (let row = 0, at = 0; row < this.size; row++) {
      let product = 0;
      for (let n = 0; n < dimensions; n++, at++) product += (this.#values[at] as number) * (asked[n] as number);
      found[row] = product / (length * (this.#lengths[row] as number) || 1);
    }
    return found;
  }
}

/** A vector in 8 bits, its largest component as 127; its length is not kept. */
export function quantise(vector: ArrayLike<number>): Int8Array {
  let largest = 0;
  for (let n = 0; n < vector.length; n++) largest = Math.max(largest, Math.abs(vector[n] ?? 0));
  return Int8Array.from(vector, (value) => Math.round((value * 127) / (largest || 1)));
}
