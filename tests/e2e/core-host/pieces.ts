export type TinyCall = { do: 'take'; bytes: Uint8Array } | { do: 'give'; index: number } | { do: 'hash' } | { do: 'die' };

export const PIECES = 50;
export const PIECE_BYTES = 1024 * 1024;

/** One MiB that differs by place and by sender (a linear congruential sequence, Numerical Recipes' constants). */
export function piece(index: number, sender: 'page' | 'core'): Uint8Array {
  const words = new Uint32Array(PIECE_BYTES / 4);
  let state = index * 2 + (sender === 'page' ? 1 : 0);
  for (let place = 0; place < words.length; place++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[place] = state;
  }
  return new Uint8Array(words.buffer);
}
