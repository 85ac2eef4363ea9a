/** The vault as it stands at one moment, held still while it is copied and people go on working. */
import { fstatSync, read, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BackupCounts } from '../../../src-shared/contract/backup.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Db } from '../context.ts';
import { databasePath, encryptedSize, keyFilePath, type OpenVault, steadyHandle } from '../vault/index.ts';

const readPiece = promisify(read);

export interface Snapshot {
  counts: BackupCounts;
  keyFile: string;
  /** Bytes of the database file. */
  databaseBytes: number;
  /** The encrypted files that the database names. */
  files: readonly NamedFile[];
  /** Pieces of the database file, encrypted as it lies there. Throws `busy` where something rewrote it meanwhile. */
  database(pieceBytes: number): AsyncGenerator<Buffer>;
  /** Lets the write-ahead log flow into the database file again. */
  release(): void;
}

export interface NamedFile {
  id: string;
  path: string;
  /** Encrypted bytes by the record, not by the disk. */
  bytes: number;
  /** It lies in the vault in this length. */
  whole: boolean;
}

/**
 * Everything committed goes into the database file, and then nothing more until `release`: new writes wait in the write-ahead log. So the file may be copied at
 * leisure. Throws `busy` where a read is under way that holds the log.
 */
export function takeSnapshot(vault: OpenVault): Snapshot {
  const { db } = vault;
  const path = databasePath(vault.dir);
  const before = Number(db.pragma('wal_autocheckpoint', { simple: true }));
  const release = () => {
    if (db.open) db.pragma(`wal_autocheckpoint = ${before}`);
  };
  db.pragma('wal_autocheckpoint = 0');
  try {
    // The library answers one row of these columns.
    const [checkpoint] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    if (checkpoint?.busy !== 0) throw new AppError('busy');
    const handle = steadyHandle(path);
    const stood = fstatSync(handle, { bigint: true });
    return {
      counts: countsOf(db),
      keyFile: readFileSync(keyFilePath(vault.dir), 'utf8'),
      databaseBytes: Number(stood.size),
      files: filesOf(db, vault.dir),
      async *database(pieceBytes) {
        for (let offset = 0; offset < Number(stood.size); offset += pieceBytes) {
          const piece = Buffer.alloc(Math.min(pieceBytes, Number(stood.size) - offset));
          const { bytesRead } = await readPiece(handle, piece, 0, piece.byteLength, offset);
          if (bytesRead !== piece.byteLength) throw new AppError('busy');
          yield piece;
        }
        const now = fstatSync(handle, { bigint: true });
        const there = statSync(path, { bigint: true });
        if (now.mtimeNs !== stood.mtimeNs || now.size !== stood.size || there.ino !== stood.ino) throw new AppError('busy');
      },
      release,
    };
  } catch (thrown) {
    release();
    throw thrown;
  }
}

/** What a backup is compared by. */
export function countsOf(db: Db): BackupCounts {
  const count = (table: string) => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
  return { patients: count('patient_row'), files: count('file'), entries: count('audit') };
}

/** Where the vault keeps an encrypted file. */
export function filePath(dir: string, id: string): string {
  return join(dir, 'files', id.slice(-2), id);
}

function filesOf(db: Db, dir: string): NamedFile[] {
  const rows = db.prepare<[], { id: string; size: number }>('SELECT id, size FROM file ORDER BY id').all();
  return rows.map(({ id, size }) => {
    const path = filePath(dir, id);
    const bytes = encryptedSize(size);
    const found = statSync(path, { throwIfNoEntry: false });
    return { id, path, bytes, whole: found?.isFile() === true && found.size === bytes };
  });
}
