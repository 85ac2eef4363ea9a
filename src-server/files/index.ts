/** Files of patients: content once by its hash, and a declaration for each file that has it. They lie in clear: the data folder belongs on an encrypted volume. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { AppError } from '../../src-shared/errors/index.ts';
import { type FileDeclaration, fileDeclaration } from '../../src-shared/sync/protocol.ts';
import { type Database, one } from '../database/index.ts';
import { refuseErasedFile } from '../ledger/index.ts';
import { syncFolder } from '../private-file.ts';

const uploadNotes = z.object({ metadata: z.object({ file: z.string() }) });

export { DEVICE_HEADER, tusServer, UPLOAD_PATH } from './tus.ts';

export class FileRoom {
  readonly uploads: string;
  readonly #content: string;
  readonly #database: Database;

  constructor(folder: string, database: Database) {
    this.uploads = join(folder, 'uploads');
    this.#content = join(folder, 'files');
    this.#database = database;
    for (const room of [this.uploads, this.#content]) mkdirSync(room, { recursive: true, mode: 0o700 });
  }

  /** Declares a file whose content may be here already. */
  async declare(file: FileDeclaration, device: string, at: string): Promise<'stored' | 'wanted'> {
    await refuseErasedFile(this.#database, file.patient);
    if (!existsSync(this.#path(file.sha256))) return 'wanted';
    await this.#record(file, device, at);
    return 'stored';
  }

  /** Takes a finished upload: checked against its hash, made durable, then declared. Throws `file-damaged`. */
  async take(upload: string, file: FileDeclaration, device: string, at: string): Promise<void> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(upload), hash);
    if (hash.digest('hex') !== file.sha256) {
      await this.#forget(upload);
      throw new AppError('file-damaged');
    }
    const handle = await open(upload, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    const path = this.#path(file.sha256);
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    await rename(upload, path);
    syncFolder(join(path, '..'));
    syncFolder(this.#content);
    await this.#record(file, device, at);
    await this.#forget(upload);
  }

  async find(id: string): Promise<FileDeclaration> {
    const row = await one<FileDeclaration>(
      this.#database,
      'SELECT id, patient, sha256, size, media_type AS "mediaType", name FROM file WHERE id = $1',
      [id],
    );
    if (row === undefined) throw new AppError('not-found', { what: 'file' });
    return row;
  }

  /** Removes contents that no file has any more, and what was half sent for this patient. */
  async destroy(patient: string, contents: readonly string[]): Promise<void> {
    for (const sha256 of contents) {
      const used = await one(this.#database, 'SELECT id FROM file WHERE sha256 = $1 LIMIT 1', [sha256]);
      if (used === undefined) await rm(this.#path(sha256), { force: true });
    }
    for (const name of await readdir(this.uploads)) {
      if (!name.endsWith('.json')) continue;
      const upload = join(this.uploads, name.slice(0, -'.json'.length));
      // Notes of tus: the declaration is one item of the metadata.
      const notes = await readFile(`${upload}.json`, 'utf8').catch(() => '');
      if (patientOf(notes) === patient) await this.#forget(upload);
    }
  }

  /** @param from first byte @param to last byte */
  read(sha256: string, from: number, to: number) {
    return createReadStream(this.#path(sha256), { start: from, end: to });
  }

  async #record(file: FileDeclaration, device: string, at: string): Promise<void> {
    await refuseErasedFile(this.#database, file.patient);
    await this.#database.query(
      'INSERT INTO file (id, patient, sha256, size, media_type, name, device, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING',
      [file.id, file.patient, file.sha256, file.size, file.mediaType, file.name, device, at],
    );
  }

  /** The upload and what tus notes beside it. */
  async #forget(upload: string): Promise<void> {
    await rm(upload, { force: true });
    await rm(`${upload}.json`, { force: true });
  }

  #path(sha256: string): string {
    return join(this.#content, sha256.slice(0, 2), sha256);
  }
}

function patientOf(notes: string): string | undefined {
  try {
    return fileDeclaration.parse(JSON.parse(uploadNotes.parse(JSON.parse(notes)).metadata.file)).patient;
  } catch {
    return undefined;
  }
}
