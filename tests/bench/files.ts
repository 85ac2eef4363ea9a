/** Encrypted files against the bare cipher of Node over the same bytes: the streaming format alone, and the whole way to and from the disk. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { systemChance } from '../../src-main/core/ports.ts';
import { openFiles } from '../../src-main/core/vault/index.ts';
import { migrations } from '../../src-main/core/vault/migrations/index.ts';
import { decryptRange, encryptSegments } from '../../src-main/core/vault/stream.ts';
import { pairedAsync, type Row, timed } from './measure.ts';

const MIB = 1024 * 1024;
const BYTES = 64 * MIB;
/** The bare cipher must run at no less than 0.8 of it: times above 1 / 0.8 of its are too long. */
const WANTED = 1 / 0.8;

export async function benchFiles(dir: string, rounds: number): Promise<Row[]> {
  const clear = randomBytes(BYTES);
  const key = randomBytes(32);
  const sealed = Buffer.concat(Array.from(encryptSegments(systemChance, key, 'bench', clear), (piece) => Uint8Array.from(piece)));
  // The same bytes, and really there: zeros that were never written are one page of memory, read again and again.
  const bareSealed = sealed.subarray(0, BYTES);
  const bareEncrypt = () => timed(async () => bare(createCipheriv('aes-256-gcm', key, Buffer.alloc(12)), clear));
  // What is read is wanted whole, in one piece of memory; what is written goes out piece by piece.
  const bareDecrypt = () =>
    timed(async () => bare(createDecipheriv('aes-256-gcm', key, Buffer.alloc(12)), bareSealed, Buffer.allocUnsafeSlow(BYTES)));
  const encrypt = () =>
    timed(async () => {
      let bytes = 0;
      for (const segment of encryptSegments(systemChance, key, 'bench', clear)) bytes += segment.byteLength;
      if (bytes !== sealed.byteLength) throw new Error('not all was encrypted');
    });
  const decrypt = () =>
    timed(() =>
      decryptRange(
        async (offset, length) => sealed.subarray(offset, offset + length),
        sealed.byteLength,
        key,
        'bench',
        BYTES,
        0,
        BYTES,
      ),
    );
  for (const warm of [encrypt, decrypt, bareEncrypt, bareDecrypt, encrypt, decrypt]) await warm();
  const encrypted = await pairedAsync(rounds, encrypt, bareEncrypt);
  const decrypted = await pairedAsync(rounds, decrypt, bareDecrypt);

  const place = join(dir, 'files-bench');
  mkdirSync(place, { recursive: true });
  const db = new Database(':memory:');
  for (const migration of migrations) migration.up(db);
  const files = openFiles(place, db, key, systemChance);
  const written = await pairedAsync(
    rounds,
    () => timed(async () => files.drop(await files.write('patient', 'bench', 'application/octet-stream', clear))),
    bareEncrypt,
  );
  const kept = await files.write('patient', 'bench', 'application/octet-stream', clear);
  files.record(db, kept, 'now');
  const read = await pairedAsync(rounds, () => timed(() => files.read(kept.id)), bareDecrypt);
  db.close();
  rmSync(place, { recursive: true, force: true });
  return [
    row('encryption of 64 MiB, streaming format', encrypted, WANTED),
    row('decryption of 64 MiB, streaming format', decrypted, WANTED),
    row('the same with SHA-256, to the disk and synced', written),
    row('the same from the disk', read),
  ];
}

/** As one would use it: a MiB at a time. The tag is left out on both ways. */
function bare(cipher: { update(piece: Uint8Array): Uint8Array }, bytes: Uint8Array, into?: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; at += MIB) {
    const piece = cipher.update(bytes.subarray(at, at + MIB));
    into?.set(piece, at);
  }
}

function row(name: string, { ours, other, ratio }: { ours: number; other: number; ratio: number }, wanted?: number): Row {
  const speed = (ms: number) => `${(BYTES / 1e6 / (ms / 1000)).toFixed(0)} MB/s`;
  return { name, ours: speed(ours), other: `bare AES-256-GCM ${speed(other)}`, ratio, wanted };
}
