/** The vault as an outsider finds it: database, files, folder and keys, looked at by their bytes and not by their settings. */
import {
  closeSync,
  type Dirent,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';
import Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { AppError } from '../../../src-shared/errors/index.ts';
import { TEST_FOLDER } from '../backup/index.ts';
import {
  databasePath,
  firstBadPage,
  keyDatabase,
  keyFilePath,
  parseKeyFile,
  schemaVersion,
  steadyHandle,
} from '../vault/index.ts';
import { counted, fails, type Looker, law, note } from './check.ts';
import { bitsPerByte, looksReadable } from './readable.ts';

/** How much of a file is looked at: its beginning, its middle and its end. */
const PIECE_BYTES = 64 * 1024;
const NAMED_MAX = 3;
/** First byte of the vault's encrypted files (Tink: length of the header). */
const HEADER_BYTE = 40;
const OTHERS = 0o077;

/** Tries the key-less door, a wrong key and, to show that the trial can tell, the right one: on a copy of the first pages, so that the vault itself is left alone. */
export const databaseEncrypted: Looker = ({ vault, db, keys, chance }) => {
  // In a vault made a moment ago everything stands in the write-ahead log still.
  if (statSync(databasePath(vault.dir)).size === 0) db.pragma('wal_checkpoint(PASSIVE)');
  const start = Buffer.alloc(64 * keys.pageBytes);
  const length = readSync(steadyHandle(databasePath(vault.dir)), start, 0, start.byteLength, 0);
  const pages = start.subarray(0, length - (length % keys.pageBytes));
  const bits = bitsPerByte(pages);
  const folder = mkdtempSync(join(vault.dir, TEST_FOLDER));
  try {
    const copy = join(folder, 'pages');
    const opens = (key: Uint8Array | null) => {
      writeFileSync(copy, pages, { mode: 0o600 });
      const db = new Database(copy);
      try {
        if (key) keyDatabase(db, key, keys.pageBytes);
        db.pragma('temp_store = MEMORY');
        // SQLite refuses a file that is shorter than it says, unless it is to be repaired.
        db.unsafeMode(true);
        db.pragma('writable_schema = ON');
        return Number(db.pragma('user_version', { simple: true })) > 0;
      } catch {
        return false;
      } finally {
        db.close();
      }
    };
    const without = opens(null);
    const wrong = opens(chance.bytes(32));
    const right = opens(vault.derive('database'));
    const ok = !looksReadable(pages) && !without && !wrong && right;
    const said = [
      `${bits.toFixed(2)} bits in a byte of its first ${counted(pages.byteLength / keys.pageBytes, 'page')}`,
      `it opens ${without ? 'WITHOUT a key' : 'not without a key'}, ${wrong ? 'WITH a wrong one' : 'not with a wrong one'} and ${right ? 'with its own' : 'NOT with its own'}`,
    ];
    return fails('database-encrypted', ok, `${said.join('; ')}.`, law.encryption, law.media, law.security);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const databaseSound: Looker = async ({ vault }) => {
  const path = databasePath(vault.dir);
  const bad = await firstBadPage(path, vault.derive('database'));
  const evidence =
    bad === null
      ? `Every page of ${Math.round(statSync(path).size / 1e5) / 10} MB fits its HMAC.`
      : `Page ${bad} does not fit its HMAC: it was changed or damaged.`;
  return fails('database-sound', bad === null, evidence, law.integrity, law.authenticity, law.intact);
};

/** Every file that the vault names opens with its own key; no file of the folder can be read without one. */
export const filesEncrypted: Looker = async ({ vault, db }) => {
  const named = new Map(
    db
      .prepare<[], { id: string; size: number }>('SELECT id, size FROM file')
      .all()
      .map(({ id, size }) => [id, size]),
  );
  const root = join(vault.dir, 'files');
  const readable: string[] = [];
  const broken: string[] = [];
  let looked = 0;
  for (const file of filesBelow(root)) {
    if (++looked % 50 === 0) await breath();
    const path = join(file.parentPath, file.name);
    const read = pieces(path);
    if (read.some(looksReadable) || read[0]?.[0] !== HEADER_BYTE) readable.push(relative(vault.dir, path).split(sep).join('/'));
  }
  for (const [id, size] of named) {
    const opened = await vault.files.read(id, 0, Math.min(1, size)).then(
      () => true,
      (thrown: unknown) => {
        if (thrown instanceof AppError) return false;
        throw thrown;
      },
    );
    if (!opened) broken.push(id);
  }
  const said =
    readable.length > 0
      ? `${counted(readable.length, 'file')} of ${looked} can be read without a key: ${readable.slice(0, NAMED_MAX).join(', ')}.`
      : broken.length > 0
        ? `${counted(broken.length, 'file')} of ${named.size} ${broken.length === 1 ? 'is' : 'are'} missing or damaged: ${broken.slice(0, NAMED_MAX).join(', ')}.`
        : `${counted(looked, 'file')} looked at: none can be read without a key, and each of ${named.size} opens with its own.`;
  return fails('files-encrypted', readable.length + broken.length === 0, said, law.encryption, law.integrity, law.security);
};

/** Whatever else lies in the vault's folder. The two files of our own that are text hold neither names nor records. */
export const folderUnreadable: Looker = async ({ vault }) => {
  const ours = [basename(keyFilePath(vault.dir)), 'vault.tries'];
  const readable: string[] = [];
  let looked = 0;
  for (const file of filesBelow(vault.dir)) {
    const path = join(file.parentPath, file.name);
    const name = relative(vault.dir, path).split(sep).join('/');
    if (name.startsWith('files/') || (ours.includes(name) && isOurText(path)) || name === basename(databasePath(vault.dir)))
      continue;
    if (++looked % 50 === 0) await breath();
    if (pieces(path, name.endsWith('-wal') ? WAL_HEADER_BYTES : 0).some(looksReadable)) readable.push(name);
  }
  const said =
    readable.length > 0
      ? `${counted(readable.length, 'file')} beside the database can be read without a key: ${readable.slice(0, NAMED_MAX).join(', ')}.`
      : `${counted(looked, 'other file')} in the folder of the vault: none can be read without a key.`;
  return fails('folder-unreadable', readable.length === 0, said, law.encryption, law.media, law.security);
};

export const keyFilesClosed: Looker = ({ vault, deviceKeys }) => {
  if (process.platform === 'win32')
    return note(
      'key-files-closed',
      true,
      'Windows keeps them in the folder of the user; its access list was not looked at.',
      law.access,
    );
  const device = vault.deviceKey === 'file' ? deviceKeys.fileOf?.(vault.id) : undefined;
  const files = [keyFilePath(vault.dir), ...(device === undefined ? [] : [device, dirname(device)])].filter((path) =>
    existsSync(path),
  );
  const open = files.filter((path) => (statSync(path).mode & OTHERS) !== 0);
  const said =
    open.length > 0
      ? `Others than the owner may use ${open.map((path) => basename(path)).join(', ')} (mode ${open.map((path) => (statSync(path).mode & 0o777).toString(8)).join(', ')}).`
      : `Only their owner may use the ${counted(files.length, 'file and folder', 'files and folders')} that hold keys.`;
  return fails('key-files-closed', open.length === 0, said, law.access, law.workstation, law.security);
};

export const schemaCurrent: Looker = ({ db }) => {
  const found = Number(db.pragma('user_version', { simple: true }));
  return fails(
    'schema-current',
    found === schemaVersion,
    `The database has schema ${found}; this version of Lamplight knows ${schemaVersion}.`,
    law.evaluation,
  );
};

/** SQLite's own header of a write-ahead log is no secret; its pages are encrypted. */
const WAL_HEADER_BYTES = 32;

function filesBelow(dir: string): Dirent[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes(`${sep}${TEST_FOLDER}`),
  );
}

/** Beginning, middle and end. The database itself is read by its steady handle alone. */
function pieces(path: string, from = 0): Uint8Array[] {
  const handle = openSync(path, 'r');
  try {
    const { size } = statSync(path);
    const places = new Set([from, Math.max(from, Math.floor((size - PIECE_BYTES) / 2)), Math.max(from, size - PIECE_BYTES)]);
    return [...places].map((place) => {
      const piece = Buffer.alloc(Math.max(0, Math.min(PIECE_BYTES, size - place)));
      return piece.subarray(0, readSync(handle, piece, 0, piece.byteLength, place));
    });
  } finally {
    closeSync(handle);
  }
}

const triesFile = z.record(z.string().regex(/^[0-9a-f]+$/), z.object({ count: z.number(), lastMs: z.number() }));

/** The key file and the count of wrong sign-ins: hashes, numbers and sealed keys, and nothing that does not belong there. */
function isOurText(path: string): boolean {
  try {
    const bytes = readFileSync(path);
    if (basename(path) === 'vault.tries') triesFile.parse(JSON.parse(bytes.toString('utf8')));
    else parseKeyFile(bytes);
    return true;
  } catch {
    return false;
  }
}
