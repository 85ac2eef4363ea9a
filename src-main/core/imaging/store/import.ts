/** Takes DICOM files in: each is looked at in a thread, encrypted as it came, and listed in the ImagingStudy of its patient; what is in doubt is kept aside. */
import { createHash } from 'node:crypto';
import { decide } from '../../../../src-shared/access/permissions.ts';
import type { ImagingImportResult } from '../../../../src-shared/contract/imaging.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { Context } from '../../context.ts';
import { sql } from '../../records/index.ts';
import type { WrittenFile } from '../../vault/index.ts';
import type { Description } from '../facts.ts';
import { limits } from '../limits.ts';
import type { Directory } from '../objects/dicomdir.ts';
import type { DicomPool } from '../pool.ts';
import { commitStudy } from './commit.ts';
import { chartSource, type Match, matchPatient, speaksAgainst } from './matching.ts';
import { personKey } from './person.ts';
import { isZip, zipEntries } from './zip.ts';

export interface IncomingFile {
  /** As it is named in the answer; may be known only once it was read. */
  name: string;
  read(): Promise<Uint8Array>;
}

export interface DicomImportOptions {
  /** Whose it is, whatever the files say. */
  patient?: string | undefined;
  /** On whose chart it was laid: what names somebody else waits for a person. */
  onChart?: string | undefined;
  /** What was asked for in an archive: objects of another study, or of somebody else than this patient, wait for a person. */
  asked?: { study: string; patient?: string | undefined };
  /** Where the files come from: upload, terminal, the sender's AE title. */
  source: string;
  /** False: somebody who is not known here waits for a person to register them, who then joins the care team. */
  registerNew?: boolean;
  signal?: AbortSignal | undefined;
  progress?: (done: number, total: number) => void;
}

type Result = ImagingImportResult['results'][number];
type Person = Description['belonging']['patient'];

/** What has come of a study so far, not yet in the database. */
export interface Pending {
  /** The patient's id, or that of the waiting list's entry. */
  owner: string;
  match: Match;
  study: string;
  person: Person;
  source: string;
  files: { description: Description; written: WrittenFile; name: string; result: Result }[];
}

/** An archive and those in it, so far. */
interface Unpacking {
  depth: number;
  entries: number;
  bytes: number;
}

/** Files of one study that are written in one transaction; a longer study takes several. */
const COMMIT_EVERY = 500;
const MEDIA_TYPE = 'application/dicom';

/**
 * @param files read one after the other; an archive counts as the files in it
 * @throws AppError `forbidden`, `not-found` (the patient), `cancelled` (studies before the one under way stay)
 */
export async function importDicom(
  context: Context,
  pool: DicomPool,
  files: Iterable<IncomingFile>,
  options: DicomImportOptions,
): Promise<ImagingImportResult> {
  if (decide('imaging.import', context.person.roles, true) !== 'allowed') throw new AppError('forbidden');
  const { db } = context.vault;
  const named = options.patient ?? options.onChart ?? options.asked?.patient;
  if (named !== undefined && sql(db, 'SELECT 1 FROM patient_row WHERE id = ?').get(named) === undefined)
    throw new AppError('not-found', { what: 'patient' });
  const run = new ImportRun(context, pool, options);
  try {
    for (const file of files) await run.take(file);
    run.commitAll();
  } catch (thrown) {
    run.takeBack();
    throw thrown;
  }
  run.lookAtDirectories();
  return { results: run.results, waiting: [...run.waiting] };
}

class ImportRun {
  readonly results: Result[] = [];
  readonly waiting = new Set<string>();
  private readonly pending = new Map<string, Pending>();
  private readonly directories: { name: string; directory: Directory; result: Result }[] = [];
  private readonly names = new Set<string>();
  private readonly uids = new Set<string>();
  private done = 0;
  private readonly context: Context;
  private readonly pool: DicomPool;
  private readonly options: DicomImportOptions;

  constructor(context: Context, pool: DicomPool, options: DicomImportOptions) {
    this.context = context;
    this.pool = pool;
    this.options = options;
  }

  /** @param within the archive that it lies in */
  async take(file: IncomingFile, within?: Unpacking): Promise<void> {
    if (this.options.signal?.aborted) throw new AppError('cancelled');
    const result: Result = {
      file: file.name,
      status: 'refused',
      kind: 'dicom',
      patients: [],
      resources: 0,
      created: 0,
      updated: 0,
    };
    let listed = false;
    try {
      const bytes = await file.read();
      result.file = file.name;
      if (isZip(bytes)) {
        await this.takeArchive(file.name, bytes, within ?? { depth: 0, entries: 0, bytes: 0 });
        return;
      }
      this.results.push(result);
      listed = true;
      this.names.add(file.name.toLowerCase());
      await this.takeOne(file.name, bytes, result);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code === 'cancelled' || thrown.code.startsWith('disk')) throw thrown;
      // Not a search through all of them: an archive may have 50,000 entries.
      if (!listed) this.results.push(result);
      result.status = 'refused';
      result.reason = `${thrown.message} ${thrown.action}`;
    }
    this.options.progress?.(++this.done, this.done);
  }

  /** What lies in it, and in archives in it; all of it together has to stay within the limits. */
  private async takeArchive(name: string, bytes: Uint8Array, all: Unpacking): Promise<void> {
    if (all.depth >= limits.zipDepth)
      throw new AppError('archive-refused', { what: `archives lie within archives more than ${limits.zipDepth} deep` });
    const entries = zipEntries(bytes);
    // Letters and tables of offices are such archives too.
    if (entries.some((entry) => entry.name === '[Content_Types].xml')) throw new AppError('dicom-not');
    all.entries += entries.length;
    all.bytes += entries.reduce((sum, { size }) => sum + size, 0);
    if (all.entries > limits.zipEntries || all.bytes > limits.zipBytes)
      throw new AppError('archive-refused', {
        what: `with the archives in it, it unpacks to more than ${limits.zipBytes / 1e9} GB or ${limits.zipEntries} files`,
      });
    all.depth++;
    for (const entry of entries) await this.take({ name: `${name}/${entry.name}`, read: entry.read }, all);
    all.depth--;
  }

  private async takeOne(name: string, bytes: Uint8Array, result: Result): Promise<void> {
    // The thread gets a copy: the bytes are kept as they came.
    const answer = await this.pool.ask(
      'describe',
      { bytes: bytes.slice() },
      { seconds: limits.headerSeconds, signal: this.options.signal },
    );
    if ('directory' in answer) {
      this.directories.push({ name, directory: answer.directory, result });
      return;
    }
    const { description } = answer;
    const pending = this.pendingOf(description);
    result.study = pending.study;
    this.uids.add(description.facts.uid);
    if (this.isHereAlready(pending, description.facts.uid, bytes, result)) return;
    const written = await this.context.vault.files.write(pending.owner, name.slice(-255), MEDIA_TYPE, bytes);
    pending.files.push({ description, written, name, result });
    result.resources = 1;
    const said = [...description.warnings, this.otherPerson(pending)].filter(Boolean);
    if (said.length > 0) result.reason = said.join(' ');
    result.status = description.warnings.length > 0 ? 'partly' : 'imported';
    if (pending.files.length >= COMMIT_EVERY) this.commit(pending);
  }

  /** The study this one belongs to: one for each person that the files name, so that the same numbers for two people stay two studies. */
  private pendingOf({ belonging }: Description): Pending {
    const { patient: person, study } = belonging;
    const key = JSON.stringify([study.uid, personKey(person)]);
    let pending = this.pending.get(key);
    if (!pending) {
      const { db } = this.context.vault;
      const match = this.matchFor(person, study.uid);
      const earlier =
        match.kind === 'doubt'
          ? sql<{ id: string }>(db, 'SELECT id FROM dicom_waiting WHERE study = ? AND person_key = ?').get(
              study.uid,
              personKey(person),
            )?.id
          : undefined;
      const owner = match.kind === 'patient' ? match.patient : (earlier ?? this.newOwner(person, match));
      pending = { owner, match, study: study.uid, person, source: this.source(), files: [] };
      this.pending.set(key, pending);
    }
    return pending;
  }

  private source(): string {
    return this.options.onChart === undefined ? this.options.source : chartSource(this.options.onChart);
  }

  private matchFor(person: Person, study: string): Match {
    const { patient, onChart, asked } = this.options;
    if (patient !== undefined) return { kind: 'patient', patient };
    if (onChart !== undefined)
      return speaksAgainst(this.context.vault.db, onChart, person).length === 0
        ? { kind: 'patient', patient: onChart }
        : {
            kind: 'doubt',
            reason: 'It was laid on the chart of a patient here, but names somebody with another name, number or birth date.',
          };
    if (asked && asked.study !== study)
      return { kind: 'doubt', reason: 'The archive sent it along, but it belongs to another study than the one asked for.' };
    if (asked?.patient !== undefined)
      return speaksAgainst(this.context.vault.db, asked.patient, person).length === 0
        ? { kind: 'patient', patient: asked.patient }
        : {
            kind: 'doubt',
            reason: 'It was fetched for a patient here, but names somebody with another name, number or birth date.',
          };
    return this.unlessSameNumber(person, this.matchOf(person, study));
  }

  private matchOf(person: Person, study: string): Match {
    const found = matchPatient(this.context.vault.db, person);
    const match: Match =
      found.kind === 'new' && this.options.registerNew === false
        ? { kind: 'doubt', reason: 'Nobody here has this number and name.' }
        : found;
    // Decided before by a person, or come in before: the same study of the same named person goes where the rest of it is.
    const rest =
      match.kind === 'doubt'
        ? sql<{ patient: string }>(
            this.context.vault.db,
            "SELECT DISTINCT patient FROM dicom_instance WHERE study = ? AND belonging ->> '$.person' = ? LIMIT 2",
          ).all(study, personKey(person))
        : [];
    const [only] = rest;
    return only && rest.length === 1 ? { kind: 'patient', patient: only.patient } : match;
  }

  /** Taken as somebody's because a person said so, although the files name another: said, so that a slip is seen. */
  private otherPerson({ person, owner }: Pending): string {
    if (this.options.patient === undefined) return '';
    const match = matchPatient(this.context.vault.db, person);
    return match.kind === 'patient' && match.patient === owner
      ? ''
      : 'Taken as the patient that was named; the files themselves name somebody with another name, number or birth date.';
  }

  /** Somebody new with the number of somebody else who is new in these very files is as doubtful as with a number that is here already. */
  private unlessSameNumber(person: Person, match: Match): Match {
    if (match.kind !== 'new') return match;
    const other = [...this.pending.values()].some(
      (one) => one.match.kind === 'new' && one.person.id === person.id && personKey(one.person) !== personKey(person),
    );
    return other ? { kind: 'doubt', reason: 'Somebody else in the same files has this number.' } : match;
  }

  /** Two studies of one new person in one import are one new patient. */
  private newOwner(person: Person, match: Match): string {
    if (match.kind === 'new') {
      const same = [...this.pending.values()].find(
        (one) => one.match.kind === 'new' && personKey(one.person) === personKey(person),
      );
      if (same) return same.owner;
    }
    return this.context.chance.id();
  }

  /** The same object with the same bytes is nothing new; with other bytes it is a conflict. */
  private isHereAlready(pending: Pending, uid: string, bytes: Uint8Array, result: Result): boolean {
    const { db } = this.context.vault;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const kept =
      pending.files.find((one) => one.description.facts.uid === uid)?.written ??
      sql<{ sha256: string }>(
        db,
        'SELECT f.sha256 FROM dicom_instance i JOIN file f ON f.id = i.file WHERE i.patient = ? AND i.uid = ?',
      ).get(pending.owner, uid) ??
      sql<{ sha256: string }>(
        db,
        'SELECT f.sha256 FROM dicom_waiting_file w JOIN file f ON f.id = w.file WHERE w.waiting = ? AND w.uid = ?',
      ).get(pending.owner, uid);
    if (!kept) return false;
    if (kept.sha256 !== sha256) throw new AppError('dicom-conflict');
    result.status = 'imported';
    result.resources = 1;
    if (pending.match.kind === 'doubt') this.aside(pending, result);
    else result.patients = [pending.owner];
    result.reason = 'It was here already.';
    return true;
  }

  private aside(pending: Pending, result: Result): void {
    this.waiting.add(pending.owner);
    result.status = 'partly';
    if (pending.match.kind === 'doubt')
      result.reason = `${pending.match.reason} The study waits, in nobody's chart, until somebody decides whose it is (imaging.review).`;
  }

  commitAll(): void {
    for (const pending of this.pending.values()) this.commit(pending);
  }

  private commit(pending: Pending): void {
    if (pending.files.length === 0) return;
    const created = commitStudy(this.context, pending);
    for (const { result } of pending.files) {
      if (pending.match.kind === 'doubt') this.aside(pending, result);
      else {
        result.patients = [pending.owner];
        if (created) result.created = 1;
        else result.updated = 1;
      }
    }
    pending.files = [];
    // The next part of the study goes to the patient who is there now.
    if (pending.match.kind === 'new') pending.match = { kind: 'patient', patient: pending.owner };
    for (const other of this.pending.values())
      if (other.owner === pending.owner && other.match.kind === 'new') other.match = { kind: 'patient', patient: pending.owner };
  }

  takeBack(): void {
    for (const { files } of this.pending.values())
      for (const { written } of files) if (!this.context.vault.files.find(written.id)) this.context.vault.files.drop(written);
  }

  /** Files that were chosen by hand come without their folders: then the number tells, whether it came now or before. */
  private isKnown(uid: string | undefined): boolean {
    if (uid === undefined) return false;
    const { db } = this.context.vault;
    return (
      this.uids.has(uid) ||
      sql(db, 'SELECT 1 FROM dicom_instance WHERE uid = ? UNION ALL SELECT 1 FROM dicom_waiting_file WHERE uid = ? LIMIT 1').get(
        uid,
        uid,
      ) !== undefined
    );
  }

  /** A directory is no content of its own; what it lists and did not come along is said. */
  lookAtDirectories(): void {
    for (const { name, directory, result } of this.directories) {
      const folder = name.includes('/') ? `${name.slice(0, name.lastIndexOf('/'))}/` : '';
      const missing = directory.files.filter(
        ({ path, uid }) => !this.names.has(`${folder}${path}`.toLowerCase()) && !this.isKnown(uid),
      ).length;
      result.status = missing > 0 || directory.outside > 0 ? 'partly' : 'imported';
      const said = [
        missing > 0 ? `${missing} of ${directory.files.length} files that the directory lists did not come along.` : '',
        directory.outside > 0 ? `${directory.outside} of its entries lead out of the disc and were not followed.` : '',
      ].filter(Boolean);
      result.reason =
        said.length > 0
          ? said.join(' ')
          : `The directory of a disc: all ${directory.files.length} files that it lists came along.`;
    }
  }
}
