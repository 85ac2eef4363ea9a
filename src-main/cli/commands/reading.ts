import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { Command } from 'commander';
import { modelsDir } from '../../../src-node/places.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { ImageResult } from '../../core/reading/index.ts';
import { readPatient, usage } from '../arguments.ts';
import { answer, note, progress } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { sendFile } from '../send-file.ts';
import { withSession } from '../session.ts';

/** `read-image` and `ocr`. */
export function readingCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;

  program
    .command('read-image <paths...>')
    .description('read photographs and films with the models of this machine')
    .option('--task <task>', 'fundus or chest-xray; without it each model is asked whether the picture is of its kind')
    .option('--no-store', 'store nothing; neither vault nor credentials are needed')
    .option('--patient <id>', "store picture and reading in this patient's chart")
    .option('--provider <name>', 'what computes: auto, cpu, cuda, ...', 'auto')
    .addHelpText('after', '\nExample: lamplight read-image ./photographs --no-store --json')
    .action(async (paths: string[], options: { task?: string; store: boolean; patient?: string; provider: string }) => {
      const { isTask, offeredProviders, readImages, refusedResult, TASKS } = await import('../../core/reading/index.ts');
      const { task, provider } = options;
      if (task !== undefined && !isTask(task)) throw usage(`the task is ${TASKS.join(' or ')}`);
      const offered = ['auto', ...offeredProviders()];
      if (!offered.includes(provider)) throw usage(`the provider is one of ${offered.join(', ')}`);
      const patient = options.store && options.patient !== undefined ? readPatient(options.patient) : undefined;
      const { files, missing } = await readPaths(paths);
      if (files.length + missing.length === 0) note('There is no picture in this folder.');
      const onResult = (_result: unknown, done: number, total: number) => progress(`${done}/${total}`);
      const results =
        patient === undefined
          ? (
              await readImages(
                files.map(({ path }) => path),
                { models: modelsDir, provider, onResult, ...(task ? { task } : {}) },
              )
            ).results.map((result, place) => ({ ...result, file: files[place]?.name ?? result.file }))
          : await readInto(patient, task ?? 'auto', files);
      results.push(...missing.map((name) => refusedResult(name, task, new AppError('file-unreadable'), 0)));
      answer.print(
        json(),
        { results: results.map(({ reasonCode: _code, ...result }) => result) },
        () =>
          results.map((one) => `${one.file}\t${one.status}\t${one.status === 'refused' ? one.reason : saysOf(one)}\n`).join(''),
        results.some((result) => result.status === 'refused'),
      );
    });

  /** Each picture into the chart, read by the version that is active in this vault, with the patient's age; what could not be opened has no place there. */
  async function readInto(
    patient: PatientId,
    task: 'fundus' | 'chest-xray' | 'auto',
    files: readonly { path: string; name: string }[],
  ): Promise<ImageResult[]> {
    const { refusedResult, resultOfStored } = await import('../../core/reading/index.ts');
    return withSession(program, secrets, async (session) => {
      const results: ImageResult[] = [];
      for (const { path, name } of files) {
        const started = performance.now();
        try {
          const upload = await sendFile(session, path);
          const { job } = await session.call('images.add', { patient, upload, task });
          // What the job answers is what the contract says of it.
          const { reading } = (await session.jobResult(job)) as { reading: string };
          results.push(resultOfStored(name, await session.call('readings.get', { patient, id: reading })));
        } catch (thrown) {
          results.push(refusedResult(name, task === 'auto' ? undefined : task, thrown, performance.now() - started));
        }
        progress(`${results.length}/${files.length}`);
      }
      return results;
    });
  }

  program
    .command('ocr <file>')
    .description(
      'read a letter: text with boxes and confidence, and what it says of medicines, vital signs and laboratory values',
    )
    .option('--engine <engine>', 'tesseract, neural or both', 'both')
    .option('--language <code>', 'eng, spa, fra, por, swa or hin; found out where it is not given')
    .option('--patient <id>', "store the letter in this patient's chart")
    .addHelpText('after', '\nExample: lamplight ocr letter.pdf --json')
    .action(async (file: string, options: { engine: string; language?: string; patient?: string }) => {
      const { engine } = options;
      if (engine !== 'tesseract' && engine !== 'neural' && engine !== 'both')
        throw usage('the engine is tesseract, neural or both');
      const patient = options.patient === undefined ? undefined : readPatient(options.patient);
      const bytes = await readFile(file).catch((cause: unknown) => {
        throw new AppError('file-unreadable', {}, { cause });
      });
      const { recogniseLetter } = await import('../../core/documents/index.ts');
      const document = await recogniseLetter(bytes, {
        engine,
        language: options.language,
        onProgress: ({ page, pages }) => progress(`page ${page} of ${pages}`),
      });
      if (patient !== undefined) await storeLetter(patient, file);
      const pages = document.pages.map(({ page, width, height, rotation, text, words }) => ({
        page,
        width,
        height,
        rotation,
        text,
        words: words.map((word) => ({ text: word.text, box: word.box, confidence: word.confidence, doubtful: word.doubtful })),
      }));
      answer.print(
        json(),
        { pages, entities: document.entities, ms: document.ms },
        () => `${pages.map((page) => page.text).join('\n\f\n')}\n`,
      );
    });

  async function storeLetter(patient: PatientId, path: string): Promise<void> {
    await withSession(program, secrets, async (session) => {
      const upload = await sendFile(session, path);
      const { job } = await session.call('documents.add', { patient, upload });
      await session.jobResult(job);
    });
  }
}

/**
 * Files as given, and the pictures of folders, each with its name in the answer: relative to the argument, with `/`.
 * Of several arguments those that are not there become refused rows. Throws `file-unreadable` for the only one.
 */
async function readPaths(paths: readonly string[]): Promise<{ files: { path: string; name: string }[]; missing: string[] }> {
  const { listPictures } = await import('../../core/reading/index.ts');
  const missing: string[] = [];
  const listed = await Promise.all(
    paths.map(async (path) => {
      const files = await listPictures(path).catch((thrown: unknown) => {
        if (paths.length === 1) throw thrown;
        missing.push(path.split(/[\\/]/).at(-1) ?? path);
        return [];
      });
      const folder = files.length !== 1 || files[0] !== path;
      return files.map((file) => ({
        path: file,
        name: folder ? relative(path, file).split(sep).join('/') : (file.split(/[\\/]/).at(-1) ?? file),
      }));
    }),
  );
  return { files: listed.flat(), missing };
}

/** What was read, in a few words. */
export function saysOf(one: ImageResult): string {
  const percent = (p: number | undefined) => `${((p ?? 0) * 100).toFixed(0)} %`;
  if (one.task === 'chest-xray')
    return `${one.positive ? 'signs of' : 'no signs of'} ${one.finding} (${percent(one.probability)})${one.population ? `; for ${one.population}` : ''}`;
  return `grade ${one.grade}, ${one.referable ? 'referable' : 'not referable'} (${percent(one.referableProbability)})`;
}
