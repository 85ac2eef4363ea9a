/** Bytes as hexadecimal text and back, alike in the page and in Node: `Uint8Array.prototype.toHex` has neither Electron 22 nor Node 24. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** @param text pairs of digits; whoever reads it from outside checks that first */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
