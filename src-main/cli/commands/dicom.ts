import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { dicomUid } from '../../../src-shared/contract/imaging.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { ImageResult } from '../../core/reading/index.ts';
import { diskError } from '../../core/vault/disk.ts';
import { readPatient, usage } from '../arguments.ts';
import { answer, note, progress } from '../output.ts';
import { listPaths } from '../paths.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';
import { saysOf } from './reading.ts';

/** `dicom info`, `dicom export` and `dicom read`. */
export function dicomCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;
  const dicom = program.command('dicom').description('DICOM files');

  dicom
    .command('info <path>')
    .description('what DICOM files are and whether their pictures can be opened; needs no vault')
    .addHelpText('after', '\nExample: lamplight dicom info ./study --json')
    .action(async (path: string) => {
      const files = listPaths([path]);
      if (files.length === 0) note('There is no file in this folder.');
      const { dicomInfo } = await import('../../core/imaging/index.ts');
      const results = await dicomInfo(files, (done, total) => progress(`${done} of ${total} files`));
      const failed = results.some((result) => result.status === 'refused');
      answer.print(
        json(),
        { results },
        () =>
          results
            .map(
              (one) =>
                `${one.file}\t${one.status}\t${[one.modality, one.columns && `${one.columns}x${one.rows}`, one.frames && one.frames > 1 && `${one.framesDecoded} of ${one.frames} frames`, one.reason].filter(Boolean).join('\t')}\n`,
            )
            .join(''),
        failed,
      );
    });

  dicom
    .command('export')
    .description('write the files of a study into a folder, as they came or de-identified (PS3.15 basic profile)')
    .requiredOption('--study <uid>', 'its Study Instance UID')
    .requiredOption('--out <dir>', 'an empty or new folder')
    .option('--deidentify', 'without what tells who it is', false)
    .option('--shift-days <n>', 'with --deidentify: move dates by so many days instead of removing them', days)
    .option('--patient <id>', 'whose, where several patients have a study of this number')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic dicom export --study 1.2.840.1 --deidentify --out ./teaching')
    .action(async (options: { study: string; out: string; deidentify: boolean; shiftDays?: number; patient?: string }) => {
      const wanted = options.patient === undefined ? undefined : readPatient(options.patient);
      const study = dicomUid.safeParse(options.study);
      if (!study.success) throw usage('--study takes a DICOM UID: digits and dots');
      needEmptyFolder(options.out);
      const written = await withSession(program, secrets, async (session) => {
        const { patientsWithStudy, zipEntries } = await import('../../core/imaging/index.ts');
        const patients = patientsWithStudy(session.context(), study.data);
        const [only] = wanted === undefined ? patients : [wanted];
        if (only === undefined) throw new AppError('not-found', { what: 'study' });
        if (wanted === undefined && patients.length > 1)
          throw usage('several patients have a study of this number: say whose with --patient');
        const { job } = await session.call('imaging.export', {
          patient: patientId.parse(only),
          study: study.data,
          deidentify: options.deidentify,
          shiftDays: options.shiftDays,
        });
        // The job's result as its contract says.
        const { handout, warnings } = (await session.jobResult(job)) as { handout: { handout: string }; warnings: string[] };
        for (const warning of warnings) note(warning);
        const pieces: Uint8Array[] = [];
        for (let done = false; !done; ) {
          const piece = await session.call('handouts.read', { handout: handout.handout });
          pieces.push(piece.bytes);
          done = piece.done;
        }
        const entries = zipEntries(Buffer.concat(pieces));
        for (const entry of entries) {
          const bytes = await entry.read();
          writeInto(options.out, entry.name, bytes);
        }
        return { files: entries.length };
      });
      answer.print(json(), written, () => `${written.files} files written to ${options.out}.\n`);
    });

  dicom
    .command('read')
    .description(
      'let the models of this machine read the single pictures of a study in a chart; what they say is stored as proposals',
    )
    .requiredOption('--study <uid>', 'its Study Instance UID')
    .requiredOption('--patient <id>', 'whose')
    .option('--task <task>', 'fundus or chest-xray; without it modality and pictures decide')
    .addHelpText('after', '\nExample: lamplight --vault ./clinic dicom read --patient 7f3a --study 1.2.840.1 --json')
    .action(async (options: { study: string; patient: string; task?: string }) => {
      const { isTask, refusedResult, resultOfStored, TASKS } = await import('../../core/reading/index.ts');
      const { task } = options;
      if (task !== undefined && !isTask(task)) throw usage(`the task is ${TASKS.join(' or ')}`);
      const study = dicomUid.safeParse(options.study);
      if (!study.success) throw usage('--study takes a DICOM UID: digits and dots');
      const patient = readPatient(options.patient);
      const results = await withSession(program, secrets, async (session) => {
        // It also takes up what came by synchronisation.
        await session.call('imaging.studies', { patient });
        const { series } = await session.call('imaging.study', { patient, study: study.data });
        const pictures = series.flatMap(({ instances }) => instances).filter(({ kind }) => kind === 'image');
        const read: ImageResult[] = [];
        for (const { id, uid } of pictures) {
          const started = performance.now();
          try {
            const { job } = await session.call('readings.again', { patient, image: id, task });
            // The job's result as its contract says.
            const { reading } = (await session.jobResult(job)) as { reading: string };
            read.push(resultOfStored(uid, await session.call('readings.get', { patient, id: reading })));
          } catch (thrown) {
            read.push(refusedResult(uid, task, thrown, performance.now() - started));
          }
          progress(`${read.length}/${pictures.length}`);
        }
        return read;
      });
      answer.print(
        json(),
        { results: results.map(({ reasonCode: _code, ...result }) => result) },
        () =>
          results.map((one) => `${one.file}\t${one.status}\t${one.status === 'refused' ? one.reason : saysOf(one)}\n`).join(''),
        results.some(({ status }) => status === 'refused'),
      );
    });
}

/** Files of two exports in one folder could not be told apart. Throws `folder-not-empty`. */
function needEmptyFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) throw usage('--out names a file: it takes a folder');
  if (found && readdirSync(path).length > 0) throw new AppError('folder-not-empty');
}

/** Throws `disk-full`, `disk-error`. */
function writeInto(folder: string, name: string, bytes: Uint8Array): void {
  const path = join(folder, ...name.split('/'));
  try {
    makeFolders(dirname(resolve(path)));
    writeFileSync(path, bytes, { mode: 0o600 });
  } catch (cause) {
    const known = diskError(cause);
    throw known instanceof AppError ? known : new AppError('disk-error', { what: 'the folder takes no files' }, { cause });
  }
}

/** By hand: Node's own recursion never ends below a folder that takes none, such as /proc. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || Math.abs(value) > 36_500) throw new InvalidArgumentError('It takes a whole number of days.');
  return value;
}
