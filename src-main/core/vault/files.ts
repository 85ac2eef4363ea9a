/** The encrypted files of a vault: a key for each file, wrapped by a key for each patient, wrapped by the vault's key for files. */
import { createHmac, webcrypto } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance, Db } from '../context.ts';
import { deriveKey, seal, unseal } from './aead.ts';
import { diskError, makeFolder, syncFolder } from './disk.ts';
import { decryptRange, encryptSegments } from './stream.ts';

/** Encrypted bytes that go to the disk in one call. */
const BATCH_BYTES = 1024 * 1024;

export interface StoredFile {
  id: string;
  patient: string;
  /** Bytes of the content in clear. */
  size: number;
  /** SHA-256 of the content in clear, hex. */
  sha256: string;
  mediaType: string;
  name: string;
}

/** A file on disk that no row names yet. */
export interface WrittenFile extends StoredFile {
  wrappedKey: Uint8Array;
  contentHash: Uint8Array;
  patientKey: Uint8Array;
}

export interface VaultFiles {
  /** Encrypts and writes; durable when it resolves. The row that names it is written by `record` in the caller's transaction. */
  write(patient: string, name: string, mediaType: string, content: Uint8Array, id?: string): Promise<WrittenFile>;
  /** Writes the row (in the caller's transaction) and answers the id to refer to: an equal file of the same patient is kept once. */
  record(db: Db, written: WrittenFile, at: string): string;
  find(id: string): StoredFile | undefined;
  /** Decrypts `length` bytes from `offset`, or the whole. Throws `not-found` or `file-damaged`. */
  read(id: string, offset?: number, length?: number): Promise<Uint8Array>;
  /** Removes a written file that was not recorded. */
  drop(written: Pick<WrittenFile, 'id'>): void;
  /** Removes files whose rows, and with them whose keys, are gone for good. */
  destroy(patient: string, ids: readonly string[]): void;
  /** Removes whatever no row names: left by a program that died between file and row. To be called before anything is written. */
  sweep(): void;
}

interface FileRow {
  id: string;
  patient: string;
  size: number;
  sha256: string;
  media_type: string;
  name: string;
  wrapped_key: Uint8Array;
}

/**
 * @param filesKey the vault's derived key for files
 * @param hashKey by which equal files of a patient are found; only writing needs it
 */
export function openFiles(
  dir: string,
  db: Db,
  filesKey: Uint8Array,
  chance: Chance,
  hashKey: Uint8Array = deriveKey(filesKey, 'content-hash'),
): VaultFiles {
  const root = join(dir, 'files');
  makeFolder(root);
  const pathOf = (id: string) => join(root, id.slice(-2), id);
  // A file that came from elsewhere and was here already under another id is found under both.
  const selectFile = db.prepare<[string], FileRow>(`WITH asked (id) AS (VALUES (?))
    SELECT f.id, f.patient, f.size, f.sha256, f.media_type, f.name, f.wrapped_key FROM file f, asked WHERE f.id = coalesce((SELECT file FROM file_alias a WHERE a.id = asked.id), asked.id)`);
  const selectKey = db.prepare<[string], { wrapped: Uint8Array }>('SELECT wrapped FROM patient_key WHERE patient = ?');
  // A patient's key is made with the first file and recorded with it; two first files at once must agree on it.
  const fresh = new Map<string, Uint8Array>();

  function patientKeyOf(patient: string): { key: Uint8Array; wrapped: Uint8Array } {
    const wrapped = selectKey.get(patient)?.wrapped ?? fresh.get(patient);
    if (wrapped) {
      const key = unseal(filesKey, wrapped, `patient:${patient}`);
      if (!key) throw new AppError('vault-damaged', { what: 'the key of a patient’s files does not open' });
      return { key, wrapped };
    }
    const key = chance.bytes(32);
    const sealed = seal(chance, filesKey, key, `patient:${patient}`);
    fresh.set(patient, sealed);
    return { key, wrapped: sealed };
  }

  return {
    async write(patient, name, mediaType, content, id = chance.id()) {
      const patientKey = patientKeyOf(patient);
      const fileKey = chance.bytes(32);
      const folder = join(root, id.slice(-2));
      const path = pathOf(id);
      // On another thread, while this one encrypts.
      const hashing = sha256Of(content);
      try {
        makeFolder(folder);
        const handle = await open(`${path}.new`, 'w', 0o600);
        try {
          await writePieces(handle, encryptSegments(chance, fileKey, `lamplight-file:${id}`, content));
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(`${path}.new`, path);
        syncFolder(folder);
      } catch (cause) {
        rmSync(`${path}.new`, { force: true });
        throw diskError(cause);
      }
      const sha256 = await hashing;
      return {
        id,
        patient,
        name,
        mediaType,
        size: content.byteLength,
        sha256,
        contentHash: contentHash(hashKey, patient, sha256),
        wrappedKey: seal(chance, patientKey.key, fileKey, `file:${id}`),
        patientKey: patientKey.wrapped,
      };
    },
    record(tx, written, at) {
      tx.prepare('INSERT INTO patient_key (patient, wrapped) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
        written.patient,
        written.patientKey,
      );
      const same = tx
        .prepare<[string, Uint8Array], { id: string }>('SELECT id FROM file WHERE patient = ? AND content_hash = ?')
        .get(written.patient, written.contentHash);
      if (same) {
        if (same.id !== written.id) rmSync(pathOf(written.id), { force: true });
        return same.id;
      }
      tx.prepare(
        'INSERT INTO file (id, patient, content_hash, wrapped_key, size, sha256, media_type, name, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ).run(
        written.id,
        written.patient,
        written.contentHash,
        written.wrappedKey,
        written.size,
        written.sha256,
        written.mediaType,
        written.name,
        at,
      );
      return written.id;
    },
    find(id) {
      const row = selectFile.get(id);
      return (
        row && { id: row.id, patient: row.patient, size: row.size, sha256: row.sha256, mediaType: row.media_type, name: row.name }
      );
    },
    async read(id, offset = 0, length) {
      const row = selectFile.get(id);
      if (!row) throw new AppError('not-found', { what: 'file' });
      const patientKey = patientKeyOf(row.patient).key;
      const fileKey = unseal(patientKey, row.wrapped_key, `file:${row.id}`);
      if (!fileKey) throw new AppError('file-damaged');
      const to = Math.min(row.size, length === undefined ? row.size : offset + length);
      const handle = await open(pathOf(row.id), 'r').catch((cause: unknown) => {
        throw new AppError('file-damaged', {}, { cause });
      });
      try {
        const { size } = await handle.stat();
        // Two, in turn: one is filled while the other is decrypted.
        const pieces = [Buffer.alloc(0), Buffer.alloc(0)];
        let turn = 0;
        const readAt = async (position: number, bytes: number) => {
          turn = 1 - turn;
          let piece = pieces[turn];
          if (!piece || piece.byteLength < bytes) piece = pieces[turn] = Buffer.allocUnsafeSlow(bytes);
          const { bytesRead } = await handle.read(piece, 0, bytes, position);
          return piece.subarray(0, bytesRead);
        };
        return await decryptRange(readAt, size, fileKey, `lamplight-file:${row.id}`, row.size, Math.min(offset, to), to);
      } finally {
        await handle.close();
      }
    },
    drop(written) {
      rmSync(pathOf(written.id), { force: true });
    },
    destroy(patient, ids) {
      // A patient who comes again gets a new key.
      if (!selectKey.get(patient)) fresh.delete(patient);
      for (const id of ids) rmSync(pathOf(id), { force: true });
    },
    sweep() {
      const named = new Set(db.prepare<[], string>('SELECT id FROM file').pluck().all());
      for (const file of readdirSync(root, { recursive: true, withFileTypes: true })) {
        if (file.isFile() && !named.has(file.name)) rmSync(join(file.parentPath, file.name), { force: true });
      }
    },
  };
}

/** Patients' keys under another key for files: the files themselves stay as they are. */
export function rewrapPatientKeys(db: Db, from: Uint8Array, to: Uint8Array, chance: Chance): void {
  const rewrap = db.prepare('UPDATE patient_key SET wrapped = ? WHERE patient = ?');
  for (const { patient, wrapped } of db
    .prepare<[], { patient: string; wrapped: Uint8Array }>('SELECT patient, wrapped FROM patient_key')
    .all()) {
    const key = unseal(from, wrapped, `patient:${patient}`);
    if (!key) throw new AppError('vault-damaged', { what: 'the key of a patient’s files does not open' });
    rewrap.run(seal(chance, to, key, `patient:${patient}`), patient);
  }
}

/** The first versions hashed the whole content with the key; now its SHA-256, so that a file is gone through once. Run once a vault. */
export function renewContentHashes(db: Db, hashKey: Uint8Array): void {
  if (db.prepare("SELECT 1 FROM meta WHERE key = 'content-hash' AND value = '2'").get()) return;
  db.transaction(() => {
    const update = db.prepare('UPDATE file SET content_hash = ? WHERE id = ?');
    for (const { id, patient, sha256 } of db
      .prepare<[], { id: string; patient: string; sha256: string }>('SELECT id, patient, sha256 FROM file')
      .all()) {
      update.run(contentHash(hashKey, patient, sha256), id);
    }
    db.prepare(
      "INSERT INTO meta (key, value) VALUES ('content-hash', '2') ON CONFLICT DO UPDATE SET value = excluded.value",
    ).run();
  })();
}

/** Writes in batches, each while the next is made. */
async function writePieces(handle: FileHandle, pieces: Iterable<Uint8Array>): Promise<void> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  let writing = Promise.resolve();
  for (const piece of pieces) {
    batch.push(piece);
    bytes += piece.byteLength;
    if (bytes < BATCH_BYTES) continue;
    await writing;
    writing = writeBatch(handle, batch);
    batch = [];
    bytes = 0;
  }
  await writing;
  await writeBatch(handle, batch);
}

/** A nearly full disk takes a part of what it is given and says so only by the count. */
async function writeBatch(handle: FileHandle, batch: readonly Uint8Array[]): Promise<void> {
  let left = [...batch];
  while (left.length > 0) {
    let { bytesWritten } = await handle.writev(left);
    left = left.flatMap((piece) => {
      const taken = Math.min(bytesWritten, piece.byteLength);
      bytesWritten -= taken;
      return taken < piece.byteLength ? [piece.subarray(taken)] : [];
    });
  }
}

/** Keyed, so that nobody can ask whether a known file is here; with the patient, so that it tells nothing across patients. */
function contentHash(hashKey: Uint8Array, patient: string, sha256: string): Buffer {
  return createHmac('sha256', hashKey).update(`2\n${patient}\n${sha256}`).digest();
}

/** On a thread of the library: hashing a large file must not hold up the calls of others. */
async function sha256Of(content: Uint8Array): Promise<string> {
  // A view on memory that others may change could not be hashed aside; files never lie in such memory.
  const hash = await webcrypto.subtle.digest('SHA-256', content as Uint8Array<ArrayBuffer>);
  return Buffer.from(hash).toString('hex');
}
