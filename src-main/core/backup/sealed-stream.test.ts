/** The stream of a backup is the published format of the vault's files: what one side writes the other reads, and no change goes unseen. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemChance } from '../ports.ts';
import { decryptRange } from '../vault/stream.ts';
import { openStream, sealStream } from './sealed-stream.ts';

const SEGMENT_BYTES = 1_048_576;
const key = randomBytes(32);

async function sealed(clear: Uint8Array, pieceBytes: number): Promise<Buffer> {
  const out: Uint8Array[] = [];
  const stream = await sealStream(systemChance, key, 'bound', async (piece) => void out.push(piece));
  for (let from = 0; from < clear.byteLength; from += pieceBytes) await stream.write(clear.subarray(from, from + pieceBytes));
  await stream.end();
  return Buffer.concat(out);
}

async function opened(bytes: Uint8Array, bound = 'bound'): Promise<Buffer> {
  const out: Buffer[] = [];
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  for await (const piece of openStream(key, bound, bytes.byteLength, read)) out.push(piece);
  return Buffer.concat(out);
}

test.each([0, 1, SEGMENT_BYTES - 57, SEGMENT_BYTES - 56, SEGMENT_BYTES - 55, 2 * SEGMENT_BYTES + 9])(
  '%i bytes come back, by the reader of the vault’s files too',
  async (size) => {
    const clear = randomBytes(size);
    const bytes = await sealed(clear, 300_001);
    expect((await opened(bytes)).equals(clear)).toBe(true);
    const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
    expect(Buffer.from(await decryptRange(read, bytes.byteLength, key, 'bound', size, 0, size)).equals(clear)).toBe(true);
  },
);

test('a changed byte, a cut, an addition, another order and another head are refused', async () => {
  const bytes = await sealed(randomBytes(2 * SEGMENT_BYTES), SEGMENT_BYTES);
  const flipped = (at: number) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  const reordered = Buffer.concat([
    bytes.subarray(0, SEGMENT_BYTES),
    bytes.subarray(2 * SEGMENT_BYTES),
    bytes.subarray(SEGMENT_BYTES, 2 * SEGMENT_BYTES),
  ]);
  const wrong = [
    flipped(0),
    flipped(20),
    flipped(39),
    flipped(1000),
    flipped(bytes.byteLength - 1),
    bytes.subarray(0, 2 * SEGMENT_BYTES),
    bytes.subarray(0, SEGMENT_BYTES),
    bytes.subarray(0, 10),
    bytes.subarray(0, -1),
    Buffer.concat([bytes, Buffer.alloc(1)]),
    reordered,
  ];
  for (const one of wrong) await expect(opened(one)).rejects.toMatchObject({ code: 'backup-damaged' });
  await expect(opened(bytes, 'another head')).rejects.toMatchObject({ code: 'backup-damaged' });
});
