import { readFile, stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { Command } from 'commander';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { modelsDir } from '../../../src-node/places.ts';
import { readPatient, usage } from '../arguments.ts';
import { answer, progress } from '../output.ts';
import type { Secrets } from '../secrets.ts';
import { withSession } from '../session.ts';
import { sendFile } from '../send-file.ts';

/** `read-image` and `ocr`. */
export function readingCommands(program: Command, secrets: Secrets): void {
  const json = () => program.opts().json === true;

  program
    .command('read-image <paths...>')
    .description('read photographs with the models of this machine')
    .option('--task <task>', 'fundus', 'fundus')
    .option('--no-store', 'store nothing; neither vault nor credentials are needed')
    .option('--patient <id>', "store picture and reading in this patient's chart")
    .addHelpText('after', '\nExample: lamplight read-image ./photographs --no-store --json')
    .action(async (paths: string[], options: { task: string; store: boolean; patient?: string }) => {
      if (options.task !== 'fundus') throw usage('the task is fundus');
      const patient = options.store && options.patient !== undefined ? readPatient(options.patient) : undefined;
      const readable: string[] = [];
      const { readImages } = await import('../../core/reading/index.ts');
      const results: { file: string; status: string; reason?: string; grade?: number; referable?: boolean; referableProbability?: number }[] = [];
      for (const path of paths) {
        const isFolder = await stat(path).then((found) => found.isDirectory(), () => false);
        const read = await readImages([path], { models: modelsDir, task: options.task, onResult: (_result, done, total) => progress(`${done}/${total}`) });
        for (const { reasonCode: _code, ...result } of read.results) {
          results.push({ ...result, file: isFolder ? relative(path, result.file).split(sep).join('/') : (result.file.split(/[\\/]/).at(-1) ?? result.file) });
          // What could not be opened has no place in a chart; what was not graded has: it shows that the eye was not cleared.
          if (result.quality !== null) readable.push(result.file);
        }
      }
      if (patient !== undefined) await storeIn(patient, readable, 'image');
      const refused = results.some((result) => result.status === 'refused');
      answer.print(
        json(),
        { results },
        () => results.map((one) => `${one.file}\t${one.status}\t${one.status === 'refused' ? one.reason : `grade ${one.grade}, ${one.referable ? 'referable' : 'not referable'} (${((one.referableProbability ?? 0) * 100).toFixed(0)} %)`}\n`).join(''),
        refused,
      );
    });

  program
    .command('ocr <file>')
    .description('read a letter: text with boxes and confidence, and what it says of medicines, vital signs and laboratory values')
    .option('--engine <engine>', 'tesseract, neural or both', 'both')
    .option('--language <code>', 'eng, spa, fra, por, swa or hin; found out where it is not given')
    .option('--patient <id>', "store the letter in this patient's chart")
    .addHelpText('after', '\nExample: lamplight ocr letter.pdf --json')
    .action(async (file: string, options: { engine: string; language?: string; patient?: string }) => {
      const { engine } = options;
      if (engine !== 'tesseract' && engine !== 'neural' && engine !== 'both') throw usage('the engine is tesseract, neural or both');
      const patient = options.patient === undefined ? undefined : readPatient(options.patient);
      const bytes = await readFile(file).catch((cause: unknown) => {
        throw new AppError('file-unreadable', {}, { cause });
      });
      const { recogniseLetter } = await import('../../core/documents/index.ts');
      const document = await recogniseLetter(bytes, { engine, language: options.language, onProgress: ({ page, pages }) => progress(`page ${page} of ${pages}`) });
      if (patient !== undefined) await storeIn(patient, [file], 'document');
      const pages = document.pages.map(({ page, width, height, rotation, text, words }) => ({
        page, width, height, rotation, text,
        words: words.map((word) => ({ text: word.text, box: word.box, confidence: word.confidence, doubtful: word.doubtful })),
      }));
      answer.print(json(), { pages, entities: document.entities, ms: document.ms }, () => `${pages.map((page) => page.text).join('\n\f\n')}\n`);
    });

  async function storeIn(patient: PatientId, paths: readonly string[], what: 'image' | 'document'): Promise<void> {
    await withSession(program, secrets, async (session) => {
      for (const path of paths) {
        const upload = await sendFile(session, path);
        const { job } = await session.call(what === 'image' ? 'images.add' : 'documents.add', { patient, upload });
        await session.jobResult(job);
      }
    });
  }
}
