/** Files: up by tus in signed pieces, down by ranges; encrypted in the vault on both ends. */
import { createHash } from 'node:crypto';
import { uploadName } from '../../../src-node/upload-name.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { FILE_PIECE_BYTES, type FileDeclaration, fileAnswer, fileDeclaration } from '../../../src-shared/sync/protocol.ts';
import type { Context, Db } from '../context.ts';
import { isoTime } from '../ports.ts';
import type { ServerLine } from './line.ts';

const UPLOADS = '/api/v1/files/upload';
const TUS = { 'tus-resumable': '1.0.0' };
/** A file is held in memory while it comes down, until it is whole and encrypted. */
const DOWN_BYTES_MAX = 512 * 1024 * 1024;
const FILES_A_ROUND = 500;

export interface FileRound {
  sent: number;
  acknowledged: number;
  refused: number;
  pulled: number;
}

/** What has come of a file when the line broke: the next round goes on from there. */
export interface Half {
  id: string;
  pieces: Buffer[];
}

export async function sendFiles(context: Context, line: ServerLine, round: FileRound): Promise<void> {
  const { db } = context.vault;
  const waiting = db
    .prepare<[number], FileDeclaration>(
      "SELECT f.id, f.patient, f.sha256, f.size, f.media_type AS mediaType, f.name FROM file f LEFT JOIN sync_file s ON s.id = f.id WHERE (s.id IS NULL OR s.state IN ('sending', 'wanted')) AND f.patient NOT IN (SELECT id FROM dicom_waiting) ORDER BY f.size LIMIT ?",
    )
    .all(FILES_A_ROUND);
  for (const file of waiting) {
    mark(db, file.id, 'sending', file.patient, isoTime(context.clock));
    try {
      await send(context, line, file);
      round.sent++;
      mark(db, file.id, 'acknowledged', file.patient, isoTime(context.clock));
      round.acknowledged++;
    } catch (thrown) {
      if (!(thrown instanceof AppError) || !isOfThisFile(thrown)) throw thrown;
      mark(db, file.id, 'refused', file.patient, isoTime(context.clock), thrown.message);
      round.refused++;
    }
  }
}

async function send(context: Context, line: ServerLine, file: FileDeclaration): Promise<void> {
  const { state } = await line.json(fileAnswer, { path: '/api/v1/files', json: file });
  if (state === 'stored') return;
  const upload = `${UPLOADS}/${uploadName(context.device, file.sha256)}`;
  let offset = await offsetOf(line, upload);
  if (offset === null) {
    const metadata = `file ${Buffer.from(JSON.stringify(file)).toString('base64')}`;
    await line.ask({
      method: 'POST',
      path: UPLOADS,
      headers: { ...TUS, 'upload-length': String(file.size), 'upload-metadata': metadata },
    });
    offset = 0;
  }
  while (offset < file.size) {
    const bytes = await context.vault.files.read(file.id, offset, FILE_PIECE_BYTES);
    const answer = await line.ask({
      method: 'PATCH',
      path: upload,
      bytes,
      headers: { ...TUS, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    });
    const next = Number(answer.headers['upload-offset']);
    if (!(next > offset)) throw new AppError('server-rubbish');
    offset = next;
  }
  // Whole, checked and declared is what the server says now.
  const after = await line.json(fileAnswer, { path: '/api/v1/files', json: file });
  if (after.state !== 'stored') throw new AppError('server-rubbish');
}

/** Where an upload of this device stands, or null where there is none. */
async function offsetOf(line: ServerLine, upload: string): Promise<number | null> {
  const { status, headers } = await line.ask({ method: 'HEAD', path: upload, headers: TUS });
  const offset = Number(headers['upload-offset']);
  return status < 300 && Number.isSafeInteger(offset) ? offset : null;
}

/** Fetches the files that resources name and that are not here. @returns what came of the file at which the line broke */
export async function fetchFiles(
  context: Context,
  line: ServerLine,
  round: FileRound,
  half: { current: Half | null },
): Promise<void> {
  const { db } = context.vault;
  const wanted = db
    .prepare<[number], { id: string }>("SELECT id FROM sync_file WHERE state = 'wanted' ORDER BY at LIMIT ?")
    .all(FILES_A_ROUND);
  for (const { id } of wanted) {
    const declared = await line.json(fileDeclaration, { path: `/api/v1/files/${id}` }).catch(missing);
    if (declared === null || declared.size > DOWN_BYTES_MAX) continue;
    const content = await download(line, declared, half);
    await store(context, declared, content);
    round.pulled++;
  }
}

async function download(line: ServerLine, file: FileDeclaration, half: { current: Half | null }): Promise<Buffer> {
  if (half.current?.id !== file.id) half.current = { id: file.id, pieces: [] };
  const { pieces } = half.current;
  let received = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  while (received < file.size) {
    const last = Math.min(received + FILE_PIECE_BYTES, file.size) - 1;
    const { body } = await line.ask({
      path: `/api/v1/files/${file.id}/content`,
      headers: { range: `bytes=${received}-${last}` },
    });
    if (body.byteLength === 0 || received + body.byteLength > file.size) throw new AppError('server-rubbish');
    pieces.push(body);
    received += body.byteLength;
  }
  half.current = null;
  const content = Buffer.concat(pieces);
  if (createHash('sha256').update(content).digest('hex') !== file.sha256) throw new AppError('server-rubbish');
  return content;
}

async function store(context: Context, file: FileDeclaration, content: Buffer): Promise<void> {
  const written = await context.vault.files.write(file.patient, file.name, file.mediaType, content, file.id);
  context.write({ action: 'C', procedure: 'sync.apply', patient: file.patient }, (tx) => {
    const id = context.vault.files.record(tx.db, written, tx.at);
    if (id !== file.id) tx.db.prepare('INSERT OR REPLACE INTO file_alias (id, file) VALUES (?, ?)').run(file.id, id);
    mark(tx.db, file.id, 'acknowledged', file.patient, tx.at);
    tx.db.prepare('UPDATE sync_file SET received = 1 WHERE id = ?').run(file.id);
    tx.changed(['images', 'documents', 'chart'], file.patient);
  });
}

function mark(db: Db, id: string, state: string, patient: string, at: string, reason: string | null = null): void {
  db.prepare('INSERT OR REPLACE INTO sync_file (id, state, patient, at, reason) VALUES (?, ?, ?, ?, ?)').run(
    id,
    state,
    patient,
    at,
    reason,
  );
}

/** Refused for what it is, not because the line is bad: it is set aside and the rest goes on. */
function isOfThisFile(error: AppError): boolean {
  return ['invalid-input', 'file-too-large', 'file-damaged', 'not-found', 'patient-erased'].includes(error.code);
}

/** The record came before its file: another round will find it. */
function missing(thrown: unknown): null {
  if (thrown instanceof AppError && thrown.code === 'not-found') return null;
  throw thrown;
}
